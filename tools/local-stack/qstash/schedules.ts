import { Cron } from "croner";
import { describeError } from "../stack_errors.ts";
import { type Publication, publicationView, randomId, RefusedError } from "./message.ts";
import type { Timeline } from "./timeline.ts";

interface Schedule {
  scheduleId: string;
  cron: Cron;
  publication: Publication;
  createdAt: number;
  isPaused: boolean;
  lastScheduleTime?: number;
  nextScheduleTime?: number;
  stopWaiting: () => void;
}

/**
 * Messages that are published again and again, at times that no delay factor scales.
 *
 * @see https://upstash.com/docs/qstash/features/schedules
 */
export class Schedules {
  #schedules = new Map<string, Schedule>();

  /** @param publish makes a message of a schedule's publication */
  constructor(
    private readonly timeline: Timeline,
    private readonly now: () => number,
    private readonly publish: (publication: Publication) => void,
  ) {}

  /**
   * Creates a schedule, or replaces the one of the same id.
   *
   * @param headers with `Upstash-Cron` and perhaps `Upstash-Schedule-Id`
   * @returns its id
   * @throws {RefusedError} 400 for a wrong cron expression or id
   */
  create(headers: Headers, publication: Publication): string {
    const scheduleId = headers.get("Upstash-Schedule-Id") ?? `scd_${randomId()}`;
    if (!/^[\w.-]+$/.test(scheduleId)) {
      throw new RefusedError(400, `invalid scheduleId: ${scheduleId}`);
    }
    const cron = readCron(headers.get("Upstash-Cron") ?? "");
    this.#schedules.get(scheduleId)?.stopWaiting();
    const schedule: Schedule = {
      scheduleId,
      cron,
      publication: { ...publication, scheduleId },
      createdAt: this.now(),
      isPaused: this.#schedules.get(scheduleId)?.isPaused ?? false,
      stopWaiting: () => {},
    };
    this.#schedules.set(scheduleId, schedule);
    this.#plan(schedule, this.now());
    return scheduleId;
  }

  /** A schedule as the API shows it; like all below it throws a RefusedError 404 if there is none. */
  get(scheduleId: string): Record<string, unknown> {
    return scheduleView(this.#find(scheduleId));
  }

  list(): Record<string, unknown>[] {
    return [...this.#schedules.values()].map(scheduleView);
  }

  delete(scheduleId: string): void {
    this.#find(scheduleId).stopWaiting();
    this.#schedules.delete(scheduleId);
  }

  /** While it is paused, its times pass without a message. Being created again does not resume it. */
  pause(scheduleId: string, isPaused: boolean): void {
    this.#find(scheduleId).isPaused = isPaused;
  }

  /** Publishes the message, as the cron expression's time does. */
  fire(scheduleId: string): void {
    const schedule = this.#find(scheduleId);
    schedule.lastScheduleTime = this.now();
    this.publish(schedule.publication);
  }

  #plan(schedule: Schedule, after: number): void {
    const next = schedule.cron.nextRun(new Date(after))?.getTime();
    schedule.nextScheduleTime = next;
    if (next === undefined) return;
    schedule.stopWaiting = this.timeline.at(next, () => {
      // A timer that fires a moment early must not find the same minute again.
      this.#plan(schedule, Math.max(next, this.now()));
      if (!schedule.isPaused) this.fire(schedule.scheduleId);
    });
  }

  #find(scheduleId: string): Schedule {
    const schedule = this.#schedules.get(scheduleId);
    if (!schedule) throw new RefusedError(404, `schedule ${scheduleId} not found`);
    return schedule;
  }
}

/** A cron expression of five fields, in UTC. @throws {RefusedError} 400 also for a time that never comes */
export function readCron(source: string): Cron {
  try {
    const cron = new Cron(source, { timezone: "UTC", mode: "5-part", paused: true });
    if (!cron.nextRun()) throw new SyntaxError("this time never comes");
    return cron;
  } catch (error) {
    throw new RefusedError(400, `invalid cron expression "${source}": ${describeError(error)}`);
  }
}

function scheduleView({ cron, publication, stopWaiting: _, ...state }: Schedule) {
  return {
    ...state,
    cron: cron.getPattern(),
    destination: publication.url,
    ...publicationView(publication),
    retries: publication.maxRetries,
  };
}
