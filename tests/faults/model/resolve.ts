/** Turns an operation into a command by looking up number, token and message in the model's state. */
import { type Change, changes, type Command, MAX_DISPATCHES, type Waiting } from "./commands.ts";
import { type Dispatch, NEWEST, type Operation, type Queue } from "./random_operations.ts";
import { triedByHand } from "./row.ts";
import type { State } from "./state.ts";

export function resolve(operation: Operation, state: State): Command {
  if ("job" in operation && operation.job === NEWEST) {
    operation = { ...operation, job: state.jobs };
  }
  switch (operation.command) {
    case "record dispatch":
    case "claim": {
      const { job } = operation;
      const number = dispatchNumber(operation.number, state.rows.get(job)?.dispatches ?? 0);
      if (operation.command === "record dispatch") {
        return { command: "record dispatch", job, number, message: messageOf(job, number) };
      }
      return { ...operation, number, message: operation.message ? messageOf(job, number) : null };
    }
    case "complete":
    case "release":
    case "fail": {
      const given = state.tokens.filter((name) => name.startsWith(`${operation.job}.`));
      const back = { last: -1, earlier: -2, unknown: -Infinity }[operation.token];
      return { command: operation.command, job: operation.job, token: given.at(back) ?? "unknown" };
    }
    case "give up": {
      const last = state.rows.get(operation.job)?.message ?? "m";
      const message = { none: null, "the last": last, another: "m" }[operation.message];
      return { ...operation, code: "attempts_exhausted", message };
    }
    case "sweep":
      return { command: "sweep" };
    case "remove boards":
      return { command: "list removable" };
    case "by hand": {
      const { command, job, change } = operation;
      if (change !== "all that is refused") return { command, job, changes: [change] };
      const row = state.rows.get(job);
      const every = Object.keys(changes) as Change[];
      return { command, job, changes: every.filter((c) => row && !triedByHand(row, c, state.now)) };
    }
    default:
      return operation;
  }
}

const dispatchNumber = (which: Dispatch, current: number) =>
  Math.max(1, { next: current + 1, same: current, older: current - 1 }[which]);

/** QStash deduplicates by job and number: the same dispatch is the same message. */
const messageOf = (job: number, number: number) => `m${job}.${number}`;

/** What sweep-jobs does with a listed job. */
export function sweepJob({ job, dispatches, message }: Waiting, queue: Queue): Command[] {
  if (queue === "is down") return [];
  if (message && queue === "holds it") {
    return [{ command: "record dispatch", job, number: dispatches, message }];
  }
  if (dispatches >= MAX_DISPATCHES) {
    return [{ command: "give up", job, code: "gave_up", message: null }];
  }
  const number = dispatches + 1;
  return [{ command: "record dispatch", job, number, message: messageOf(job, number) }];
}
