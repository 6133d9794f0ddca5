/** The outcomes that a run must reach, and how often it did: what never happened was not tested. */
import { type Command, outcomeColumns } from "./commands.ts";
import type { Expected } from "./state.ts";

const expectedOutcomes: Record<string, string[]> = {
  create: [
    "created",
    "created without its key",
    "replayed",
    "replayed, though deleted",
    "idempotency_key_reused",
    "idempotency_key_reused, though deleted",
    "too_many_active_jobs",
    "daily_limit_reached",
  ],
  "record dispatch": [
    "recorded",
    "recorded again",
    "late: there is a newer one",
    "late: the job is in the outbox again",
    "ended",
    "gone",
  ],
  claim: [
    "claimed",
    "claimed: the last lease had ended",
    "busy",
    "failed: its attempts are used up",
    "complete",
    "failed",
    "gone",
  ],
  complete: ["complete", "complete, repeated", "stale"],
  release: ["released", "stale"],
  fail: ["failed", "stale"],
  "give up": [
    "attempts_exhausted while pending",
    "attempts_exhausted while processing",
    "gave_up while pending",
    "still pending: a newer dispatch carries it on",
    "still processing: a newer dispatch carries it on",
    "complete already",
    "failed already",
    "gone",
  ],
  sweep: [
    "nothing to do",
    "an expired pending row is deleted",
    "an expired processing row is deleted",
    "an expired complete row is deleted",
    "an expired failed row is deleted",
    "a request is forgotten a day after its job",
    "a dead worker's job is revived",
    "a job without a lease is revived",
    "listed: in the outbox",
    "listed: silent",
    "listed: silent, and a day old",
  ],
  "list removable": ["none", "some"],
  forget: ["forgotten"],
  delete: [
    "a pending row",
    "a processing row",
    "a complete row",
    "a failed row",
    "not theirs",
    "gone",
  ],
  "by hand": [
    "pending: to processing: allowed",
    "pending: to failed: allowed",
    "pending: to complete: refused",
    "processing: to pending: allowed",
    "processing: to complete: allowed",
    "processing: to failed: allowed",
    "complete: to pending: refused",
    "complete: to processing: refused",
    "complete: to failed: refused",
    "failed: to pending: refused",
    "failed: to processing: refused",
    "failed: to complete: refused",
    "running: complete without an image: refused",
    "running: failed without a message: refused",
    "running: a lease without an end: refused",
    ...outcomeColumns.map((column) => `ended: ${column}: refused`),
    "ended: another link: allowed",
    "ended: a day longer: allowed",
    "ended: no key: allowed",
  ],
};

const expected = Object.entries(expectedOutcomes).flatMap(([command, outcomes]) =>
  outcomes.map((outcome) => ({ command, outcome, key: `${command}: ${outcome}` }))
);

export class OutcomeCounts {
  sequences = 0;
  private commands = 0;
  private times = new Map<string, number>();

  add({ command }: Command, { outcomes }: Expected) {
    this.commands++;
    for (const outcome of outcomes) {
      const key = `${command}: ${outcome}`;
      this.times.set(key, (this.times.get(key) ?? 0) + 1);
    }
  }

  /** The totals, then every expected outcome. */
  table() {
    return [
      { command: "sequences", outcome: "", times: this.sequences },
      { command: "commands", outcome: "", times: this.commands },
      ...expected.map(({ key, command, outcome }) => (
        { command, outcome, times: this.times.get(key) ?? 0 }
      )),
    ];
  }

  missing(): string[] {
    return expected.map(({ key }) => key).filter((key) => !this.times.has(key));
  }
}
