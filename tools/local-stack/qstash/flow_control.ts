import { parseDuration } from "./duration.ts";
import { Refusal } from "./errors.ts";
import type { Timeline } from "./timeline.ts";

/** The limits of one flow control key; each is absent if not limited. */
export interface FlowControlSetting {
  key: string;
  /** Deliveries under way at once. */
  parallelism?: number;
  /** Deliveries begun within a period. */
  rate?: number;
  periodMs: number;
}

const DEFAULT_PERIOD_MS = 1_000;

/**
 * Reads `Upstash-Flow-Control-Key` and `-Value` (`parallelism=2, rate=3, period=1m`).
 *
 * @throws {Refusal} 400 if one of them is missing or wrong
 * @see https://upstash.com/docs/qstash/features/flowcontrol
 */
export function parseFlowControl(key: string | null, value: string | null) {
  if (key === null && value === null) return undefined;
  if (!key || !value) {
    throw new Refusal(400, "flow control needs both Upstash-Flow-Control-Key and -Value");
  }
  const setting: FlowControlSetting = { key, periodMs: DEFAULT_PERIOD_MS };
  for (const part of value.split(",")) {
    const [, name, text] = /^\s*(\w+)\s*=\s*(\w+)\s*$/.exec(part) ?? [];
    const number = name?.toLowerCase() === "period"
      ? parseDuration(text ?? "")
      : /^\d+$/.test(text ?? "")
      ? Number(text)
      : undefined;
    if (!name || !number) throw new Refusal(400, `invalid Upstash-Flow-Control-Value: ${value}`);
    if (/^parallelism$/i.test(name)) setting.parallelism = number;
    else if (/^rate$/i.test(name)) setting.rate = number;
    else if (/^period$/i.test(name)) setting.periodMs = number;
    else throw new Refusal(400, `invalid Upstash-Flow-Control-Value: ${value}`);
  }
  if (setting.parallelism === undefined && setting.rate === undefined) {
    throw new Refusal(400, "Upstash-Flow-Control-Value needs parallelism or rate");
  }
  return setting;
}

interface Lane {
  /** The latest publisher's. */
  setting: FlowControlSetting;
  active: number;
  waiting: (() => void)[];
  /** The rate's current period: when it ends, and how many began in it. */
  periodEnd: number;
  begun: number;
  timer?: () => void;
}

/** Lets deliveries begin in the order of their arrival, as the limits of their key allow. */
export class FlowControl {
  #lanes = new Map<string, Lane>();

  /** @param delayFactor multiplies the periods */
  constructor(
    private readonly timeline: Timeline,
    private readonly now: () => number,
    private readonly delayFactor: number,
  ) {}

  /**
   * Calls `begin` as soon as the key has room, perhaps at once; `leave` must follow when it is
   * over.
   *
   * @returns gives up the place in the line; without effect after `begin`
   */
  enter(setting: FlowControlSetting, begin: () => void): () => void {
    const lane = this.#lane(setting);
    lane.waiting.push(begin);
    this.#advance(lane);
    return () => {
      const place = lane.waiting.indexOf(begin);
      if (place < 0) return;
      lane.waiting.splice(place, 1);
      this.#advance(lane);
    };
  }

  /** A delivery that had begun is over. */
  leave(setting: FlowControlSetting): void {
    const lane = this.#lanes.get(setting.key);
    if (!lane) return;
    lane.active--;
    this.#advance(lane);
  }

  #lane(setting: FlowControlSetting): Lane {
    const known = this.#lanes.get(setting.key);
    if (known) {
      known.setting = setting;
      return known;
    }
    const lane = { setting, active: 0, waiting: [], periodEnd: -Infinity, begun: 0 };
    this.#lanes.set(setting.key, lane);
    return lane;
  }

  #advance(lane: Lane): void {
    const { parallelism = Infinity, rate = Infinity } = lane.setting;
    while (lane.waiting.length > 0 && lane.active < parallelism) {
      if (this.now() >= lane.periodEnd) this.#beginPeriod(lane);
      if (lane.begun >= rate) return;
      lane.active++;
      lane.begun++;
      lane.waiting.shift()?.();
    }
    if (lane.active + lane.waiting.length === 0 && !lane.timer) {
      this.#lanes.delete(lane.setting.key);
    }
  }

  /** The period's end is also when a lane at rest is forgotten, or its line moves on. */
  #beginPeriod(lane: Lane): void {
    lane.timer?.();
    lane.timer = undefined;
    lane.begun = 0;
    if (lane.setting.rate === undefined) return;
    lane.periodEnd = this.now() + lane.setting.periodMs * this.delayFactor;
    lane.timer = this.timeline.at(lane.periodEnd, () => {
      lane.timer = undefined;
      lane.periodEnd = -Infinity;
      this.#advance(lane);
    });
  }
}
