import { type Cron, nextTime, parseCron } from "./cron.ts";
import { describeError } from "../errors.ts";
import { Refusal } from "./errors.ts";
import type { NewId } from "./ids.ts";
import type { Envelope } from "./message.ts";
import type { Timeline } from "./timeline.ts";
import { envelopeView, type View } from "./views.ts";

interface Schedule {
  scheduleId: string;
  cron: Cron;
  envelope: Envelope;
  createdAt: number;
  isPaused: boolean;
  lastScheduleTime?: number;
  nextScheduleTime?: number;
  stopWaiting: () => void;
}

/** What schedules work with. */
export interface ScheduleParts {
  timeline: Timeline;
  /** Publishes a copy of the message. */
  publish: (envelope: Envelope) => void;
  now: () => number;
  newId: NewId;
}

/**
 * Messages that are published again and again, at times that no delay factor scales.
 *
 * @see https://upstash.com/docs/qstash/features/schedules
 */
export class Schedules {
  #schedules = new Map<string, Schedule>();

  constructor(private readonly parts: ScheduleParts) {}

  /**
   * Creates a schedule, or replaces the one of the same id.
   *
   * @param headers with `Upstash-Cron` and perhaps `Upstash-Schedule-Id`
   * @returns its id
   * @throws {Refusal} 400 for a wrong cron expression or id
   */
  create(headers: Headers, envelope: Envelope): string {
    const { now, newId } = this.parts;
    const scheduleId = headers.get("Upstash-Schedule-Id") ?? `scd_${newId()}`;
    if (!/^[\w.-]+$/.test(scheduleId)) throw new Refusal(400, `invalid scheduleId: ${scheduleId}`);
    const cron = readCron(headers.get("Upstash-Cron"));
    this.#schedules.get(scheduleId)?.stopWaiting();
    const schedule: Schedule = {
      scheduleId,
      cron,
      envelope: { ...envelope, scheduleId },
      createdAt: now(),
      isPaused: false,
      stopWaiting: () => {},
    };
    this.#schedules.set(scheduleId, schedule);
    this.#plan(schedule, now());
    return scheduleId;
  }

  /** @throws {Refusal} 404, as all below, if there is no such schedule */
  get(scheduleId: string): View {
    return scheduleView(this.#find(scheduleId));
  }

  list(): View[] {
    return [...this.#schedules.values()].map(scheduleView);
  }

  delete(scheduleId: string): void {
    this.#find(scheduleId).stopWaiting();
    this.#schedules.delete(scheduleId);
  }

  /** While paused, the times of the cron expression pass without a message. */
  setPaused(scheduleId: string, isPaused: boolean): void {
    const schedule = this.#find(scheduleId);
    schedule.isPaused = isPaused;
    schedule.stopWaiting();
    this.#plan(schedule, this.parts.now());
  }

  /** What the cron expression's time does: a message, unless the schedule is paused. */
  fire(scheduleId: string): void {
    const schedule = this.#find(scheduleId);
    if (schedule.isPaused) return;
    schedule.lastScheduleTime = this.parts.now();
    this.parts.publish(schedule.envelope);
  }

  #plan(schedule: Schedule, after: number): void {
    const { timeline, now } = this.parts;
    const next = nextTime(schedule.cron, after);
    schedule.nextScheduleTime = next;
    if (schedule.isPaused || next === undefined) return;
    schedule.stopWaiting = timeline.at(next, () => {
      // A timer that fires a moment early must not find the same minute again.
      this.#plan(schedule, Math.max(next, now()));
      this.fire(schedule.scheduleId);
    });
  }

  #find(scheduleId: string): Schedule {
    const schedule = this.#schedules.get(scheduleId);
    if (!schedule) throw new Refusal(404, `schedule ${scheduleId} not found`);
    return schedule;
  }
}

function readCron(source: string | null): Cron {
  if (source === null) throw new Refusal(400, "a schedule needs the header Upstash-Cron");
  try {
    return parseCron(source);
  } catch (error) {
    throw new Refusal(400, `invalid cron expression "${source}": ${describeError(error)}`);
  }
}

function scheduleView({ envelope, cron, ...schedule }: Schedule): View {
  return {
    scheduleId: schedule.scheduleId,
    cron: cron.source,
    createdAt: schedule.createdAt,
    destination: envelope.url,
    ...envelopeView(envelope),
    retries: envelope.maxRetries,
    delay: envelope.delayMs ? envelope.delayMs / 1_000 : undefined,
    isPaused: schedule.isPaused,
    lastScheduleTime: schedule.lastScheduleTime,
    nextScheduleTime: schedule.nextScheduleTime,
  };
}
