/** What the database holds, as the model sees it. Times are seconds since the start. */
import type { Body, Requester } from "./commands.ts";
import { changed, type Row } from "./row.ts";

/** What the database must answer to a command. */
export interface Expected {
  answer: unknown;
  /** What happened, in a few words, to count what was tested. A sweep has several outcomes. */
  outcomes: string[];
}

export const expect = (answer: unknown, ...outcomes: string[]): Expected => ({ answer, outcomes });

export interface Request {
  who: Requester;
  key: string | null;
  body: Body;
  at: number;
  expiresAt: number;
  /** When the row was deleted. */
  goneAt: number | null;
}

export class State {
  now = 0;
  /** public.vision_board_jobs, by the number of the job. */
  rows = new Map<number, Row>();
  /** Who asked for each job, by its number: in its row or in vision_board.requests, a day longer. */
  requests = new Map<number, Request>();
  /** Boards that may exist and that no row names: of a live token or in vision_board.unreferenced_boards. */
  objects = new Map<string, { removableAt: number }>();
  /** How many jobs were created. */
  jobs = 0;
  /** Every token that a claim returned, in order. */
  tokens: string[] = [];

  all(): Row[] {
    return [...this.rows.values()];
  }

  write(row: Row, change: Partial<Row>) {
    const next = changed(row, change, this.now);
    if (!next) throw new Error(`the model breaks its own rules: ${JSON.stringify(change)}`);
    this.rows.set(row.job, next);
  }

  /** A deleted row leaves its board to the sweep, removable at once. */
  remove(row: Row) {
    this.rows.delete(row.job);
    this.requests.get(row.job)!.goneAt = this.now;
    if (row.path) this.objects.set(row.path, { removableAt: this.now });
  }
}
