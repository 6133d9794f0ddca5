/** What holds for the tables at any time, whatever the model says. */
import { assert, assertEquals } from "@std/assert";
import { type Call, DAY, MAX_ACTIVE, MAX_ATTEMPTS, MAX_DAILY } from "./calls.ts";
import type { Seen } from "./names.ts";
import { isEnded, isRunning, outcome, type Row } from "./row.ts";

/** Follows one sequence by what the database says. */
export class Invariants {
  private before: Seen = { rows: [], requests: [], objects: [] };
  private now = 0;
  private given = new Set<string>();
  private removed = new Set<string>();
  private completions = new Map<number, number>();
  /** To set a row back by hand leaves its token valid; nothing is promised then about its picture. */
  private byHand = new Set<number>();

  check(call: Call, answer: unknown, seen: Seen) {
    if (call.call === "time passes") this.now += call.seconds;
    if (call.call === "by hand") this.byHand.add(call.job);
    const path = (answer as { path?: string } | null)?.path;
    if (path) {
      assert(!this.given.has(path), `${path} is given out twice`);
      this.given.add(path);
    }
    if (call.call === "forget") this.forgotten(call.paths);

    for (const row of seen.rows) {
      this.row(row, this.before.rows.find((before) => before.job === row.job));
    }
    this.everyPathIsKnown(seen);
    this.quotas(seen);
    this.before = seen;
  }

  private row(row: Row, before: Row | undefined) {
    const { job } = row;
    if (isEnded(before)) {
      for (const field of ["status", ...outcome] as const) {
        assertEquals(row[field], before[field], `job ${job} had ended, and its ${field} changes`);
      }
    }
    if (row.status === "complete") {
      assert(row.path || row.url, `job ${job} is complete without an image`);
      const gone = row.path !== null && this.removed.has(row.path) && !this.byHand.has(job);
      assert(!gone, `job ${job} names ${row.path}, which was removed`);
      if (before?.status !== "complete") {
        this.completions.set(job, (this.completions.get(job) ?? 0) + 1);
      }
    }
    if (row.status === "failed") assert(row.errorMessage, `job ${job} failed without a message`);
    assert(row.attempts <= MAX_ATTEMPTS, `job ${job} had ${row.attempts} attempts`);
    assert((this.completions.get(job) ?? 0) <= 1, `job ${job} completed more than once`);
  }

  /** The sweep removed these objects: each must have been in the ledger, due, and named by no row. */
  private forgotten(paths: string[]) {
    for (const path of paths) {
      const object = this.before.objects.find((object) => object.path === path);
      assert(object && object.removableAt <= this.now, `${path} is removed too early`);
      assert(
        !this.before.rows.some((row) => row.path === path),
        `${path} is removed under its row`,
      );
      this.removed.add(path);
    }
  }

  /** A path that a claim gave out may hold an object: a row names it, the ledger does, or it is removed. */
  private everyPathIsKnown({ rows, objects }: Seen) {
    for (const path of this.given) {
      const known = this.removed.has(path) || rows.some((row) => row.path === path) ||
        objects.some((object) => object.path === path);
      assert(known, `nobody will ever remove ${path}`);
    }
  }

  private quotas({ rows, requests }: Seen) {
    for (const who of new Set(requests.map((request) => request.who))) {
      const mine = requests.filter((request) => request.who === who);
      const today = mine.filter(({ at }) => at > this.now - DAY).length;
      const running = mine.filter(({ job }) => isRunning(rows.find((row) => row.job === job)));
      assert(today <= MAX_DAILY, `${who} has ${today} jobs of one day`);
      assert(running.length <= MAX_ACTIVE, `${who} has ${running.length} running jobs`);
    }
  }
}
