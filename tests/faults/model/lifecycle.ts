/**
 * The lifecycle of jobs as it is meant to be: a model of supabase/migrations without I/O, randomness or
 * SQL, to be read as its specification. Each step changes the state and says what the database must
 * answer.
 */
import { claim, complete, dispatched, end, fail, release } from "./attempts.ts";
import type { Call, Change } from "./calls.ts";
import { create } from "./creation.ts";
import { isEnded, triedByHand } from "./row.ts";
import { type Said, says, type State } from "./state.ts";
import { deleteAs, forget, listRemovable, sweep } from "./sweep.ts";

export function apply(state: State, call: Call): Said {
  switch (call.call) {
    case "create":
      return create(state, call.who, call.key, call.body);
    case "dispatched":
      return dispatched(state, call.job, call.number, call.message);
    case "claim":
      return claim(state, call.job, call.number, call.message);
    case "complete":
      return complete(state, call.job, call.token);
    case "release":
      return release(state, call.job, call.token);
    case "fail":
      return fail(state, call.job, call.token);
    case "end":
      return end(state, call.job, call.code, call.message);
    case "sweep":
      return sweep(state);
    case "list removable":
      return listRemovable(state);
    case "forget":
      return forget(state, call.paths);
    case "time passes":
      state.now += call.seconds;
      return says(null, `${call.seconds} s`);
    case "delete":
      return deleteAs(state, call.job, call.by);
    case "by hand":
      return byHand(state, call.job, call.changes);
  }
}

function byHand(state: State, job: number, changes: Change[]): Said {
  const tried = changes.map((change) => {
    const row = state.rows.get(job);
    if (!row) return { answer: "no row", what: "no row" };
    const next = triedByHand(row, change, state.now);
    if (next) state.rows.set(job, next);
    const answer = next ? "allowed" : "refused";
    const from = change.startsWith("to ") ? row.status : isEnded(row) ? "ended" : "running";
    return { answer, what: `${from}: ${change}: ${answer}` };
  });
  return says(tried.map(({ answer }) => answer), ...tried.map(({ what }) => what));
}
