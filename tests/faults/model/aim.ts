/** From operations to calls: which number, token and message is meant is found in the model's state. */
import { type Call, type Change, changes, MAX_DISPATCHES, type Waiting } from "./calls.ts";
import { type Dispatch, NEWEST, type Operation, type Queue } from "./operations.ts";
import { triedByHand } from "./row.ts";
import type { State } from "./state.ts";

/** The call that an operation is in this state. */
export function asCall(operation: Operation, state: State): Call {
  if ("job" in operation && operation.job === NEWEST) {
    operation = { ...operation, job: state.jobs };
  }
  switch (operation.call) {
    case "dispatched":
    case "claim": {
      const { job } = operation;
      const number = dispatchNumber(operation.number, state.rows.get(job)?.dispatches ?? 0);
      if (operation.call === "dispatched") {
        return { call: "dispatched", job, number, message: messageOf(job, number) };
      }
      return { ...operation, number, message: operation.message ? messageOf(job, number) : null };
    }
    case "complete":
    case "release":
    case "fail": {
      const given = state.tokens.filter((name) => name.startsWith(`${operation.job}.`));
      const back = { last: -1, earlier: -2, unknown: -Infinity }[operation.token];
      return { call: operation.call, job: operation.job, token: given.at(back) ?? "unknown" };
    }
    case "end": {
      const last = state.rows.get(operation.job)?.message ?? "m";
      const message = { none: null, "the last": last, another: "m" }[operation.message];
      return { ...operation, code: "delivery_failed", message };
    }
    case "sweep":
      return { call: "sweep" };
    case "remove pictures":
      return { call: "list removable" };
    case "by hand": {
      const { call, job, change } = operation;
      if (change !== "all that is refused") return { call, job, changes: [change] };
      const row = state.rows.get(job);
      const every = Object.keys(changes) as Change[];
      return { call, job, changes: every.filter((c) => row && !triedByHand(row, c, state.now)) };
    }
    default:
      return operation;
  }
}

const dispatchNumber = (which: Dispatch, current: number) =>
  Math.max(1, { next: current + 1, same: current, older: current - 1 }[which]);

/** QStash deduplicates by job and number: the same dispatch is the same message. */
const messageOf = (job: number, number: number) => `m${job}.${number}`;

/** What sweep-jobs does about a job that is listed. */
export function help({ job, dispatches, message }: Waiting, queue: Queue): Call[] {
  if (queue === "is down") return [];
  if (message && queue === "holds it") {
    return [{ call: "dispatched", job, number: dispatches, message }];
  }
  if (dispatches >= MAX_DISPATCHES) return [{ call: "end", job, code: "gave_up", message: null }];
  const number = dispatches + 1;
  return [{ call: "dispatched", job, number, message: messageOf(job, number) }];
}
