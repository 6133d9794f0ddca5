/**
 * The lifecycle of jobs as it is meant to be: a model of supabase/migrations without I/O, randomness or
 * SQL, to be read as its specification. Each command changes the state and returns the answer that
 * the database must give.
 */
import { claim, complete, fail, giveUp, recordDispatch, release } from "./attempt.ts";
import type { Change, Command } from "./commands.ts";
import { create } from "./create.ts";
import { isEnded, triedByHand } from "./row.ts";
import { expect, type Expected, type State } from "./state.ts";
import { deleteAs, forget, listRemovable, sweep } from "./sweep.ts";

export function apply(state: State, command: Command): Expected {
  switch (command.command) {
    case "create":
      return create(state, command.who, command.key, command.body);
    case "record dispatch":
      return recordDispatch(state, command.job, command.number, command.message);
    case "claim":
      return claim(state, command.job, command.number, command.message);
    case "complete":
      return complete(state, command.job, command.token);
    case "release":
      return release(state, command.job, command.token);
    case "fail":
      return fail(state, command.job, command.token);
    case "give up":
      return giveUp(state, command.job, command.code, command.message);
    case "sweep":
      return sweep(state);
    case "list removable":
      return listRemovable(state);
    case "forget":
      return forget(state, command.paths);
    case "time passes":
      state.now += command.seconds;
      return expect(null, `${command.seconds} s`);
    case "delete":
      return deleteAs(state, command.job, command.by);
    case "by hand":
      return byHand(state, command.job, command.changes);
  }
}

function byHand(state: State, job: number, changes: Change[]): Expected {
  const tried = changes.map((change) => {
    const row = state.rows.get(job);
    if (!row) return { answer: "no row", what: "no row" };
    const next = triedByHand(row, change, state.now);
    if (next) state.rows.set(job, next);
    const answer = next ? "allowed" : "refused";
    const from = change.startsWith("to ") ? row.status : isEnded(row) ? "ended" : "running";
    return { answer, what: `${from}: ${change}: ${answer}` };
  });
  return expect(tried.map(({ answer }) => answer), ...tried.map(({ what }) => what));
}
