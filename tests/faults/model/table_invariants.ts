/** What holds for the tables at any time, independent of the model. */
import { assert, assertEquals } from "@std/assert";
import { type Command, DAY, MAX_ACTIVE, MAX_ATTEMPTS, MAX_DAILY } from "./commands.ts";
import type { Tables } from "./labels.ts";
import { isEnded, isRunning, outcome, type Row } from "./row.ts";

/** Follows one sequence by the database's answers and tables. */
export class TableInvariants {
  private before: Tables = { rows: [], requests: [], objects: [] };
  private now = 0;
  private returned = new Set<string>();
  private removed = new Set<string>();
  private completions = new Map<number, number>();
  /** To set a row back by hand leaves its token valid; then nothing is promised about its board. */
  private byHand = new Set<number>();

  check(command: Command, answer: unknown, tables: Tables) {
    if (command.command === "time passes") this.now += command.seconds;
    if (command.command === "by hand") this.byHand.add(command.job);
    const path = (answer as { path?: string } | null)?.path;
    if (path) {
      assert(!this.returned.has(path), `${path} is returned twice`);
      this.returned.add(path);
    }
    if (command.command === "forget") this.forgotten(command.paths);

    for (const row of tables.rows) {
      this.row(row, this.before.rows.find((before) => before.job === row.job));
    }
    this.everyPathIsKnown(tables);
    this.quotas(tables);
    this.before = tables;
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

  /** The sweep removed these: each must have been due in the ledger, and in no row. */
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

  /** A path that a claim returned may hold an object: it is in a row or in the ledger, or was removed. */
  private everyPathIsKnown({ rows, objects }: Tables) {
    for (const path of this.returned) {
      const known = this.removed.has(path) || rows.some((row) => row.path === path) ||
        objects.some((object) => object.path === path);
      assert(known, `nothing will ever remove ${path}`);
    }
  }

  private quotas({ rows, requests }: Tables) {
    for (const who of new Set(requests.map((request) => request.who))) {
      const mine = requests.filter((request) => request.who === who);
      const today = mine.filter(({ at }) => at > this.now - DAY).length;
      const running = mine.filter(({ job }) => isRunning(rows.find((row) => row.job === job)));
      assert(today <= MAX_DAILY, `${who} has ${today} jobs of one day`);
      assert(running.length <= MAX_ACTIVE, `${who} has ${running.length} running jobs`);
    }
  }
}
