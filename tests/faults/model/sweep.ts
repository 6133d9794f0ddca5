/** What the sweep and owners do: rows and boards are removed, and jobs of dead workers revived. */
import { pathOf } from "./attempt.ts";
import { type Account, DAY, MINUTE, SILENCE, type Waiting } from "./commands.ts";
import { expect, type Expected, type State } from "./state.ts";

export function sweep(state: State): Expected {
  const outcomes = new Set<string>();
  for (const row of state.all()) {
    if (row.expiresAt > state.now) continue;
    state.remove(row);
    outcomes.add(`an expired ${row.status} row is deleted`);
  }

  for (const [job, { goneAt }] of state.requests) {
    if (goneAt === null || goneAt >= state.now - 25 * 60 * MINUTE) continue;
    state.requests.delete(job);
    outcomes.add("a request is forgotten a day after its job");
  }

  for (const row of state.all()) {
    // set to processing by hand, a row may have no lease: then it has as long as a silent dispatch
    const ends = row.leaseEndsAt ?? row.updatedAt + SILENCE;
    if (row.status !== "processing" || ends > state.now) continue;
    state.write(row, { status: "pending", startedAt: null, dispatchedAt: null });
    outcomes.add(row.token ? "a dead worker's job is revived" : "a job without a lease is revived");
  }

  const waiting: Waiting[] = [];
  for (const row of state.all()) {
    if (row.status !== "pending") continue;
    const { job, dispatches } = row;
    if (row.dispatchedAt === null) {
      waiting.push({ job, dispatches, message: null });
      outcomes.add("listed: in the outbox");
    } else if (row.dispatchedAt < state.now - SILENCE) {
      // QStash has given up a message that is older than a day
      const ask = row.createdAt > state.now - DAY;
      waiting.push({ job, dispatches, message: ask ? row.message : null });
      outcomes.add(ask ? "listed: silent" : "listed: silent, and a day old");
    }
  }
  return expect(waiting, ...outcomes, ...(outcomes.size === 0 ? ["nothing to do"] : []));
}

/** Boards that no row names and no attempt may still write. */
export function listRemovable(state: State): Expected {
  const rows = state.all();
  const paths = [...state.objects].filter(([path, { removableAt }]) =>
    removableAt <= state.now &&
    !rows.some((row) => row.path === path || row.token && path === pathOf(row.token))
  ).map(([path]) => path).sort();
  return expect(paths, paths.length > 0 ? "some" : "none");
}

/** The Storage API has removed these. */
export function forget(state: State, paths: string[]): Expected {
  for (const path of paths) state.objects.delete(path);
  return expect(null, "forgotten");
}

/** Row-level security: people delete their own rows. */
export function deleteAs(state: State, job: number, by: Account): Expected {
  const row = state.rows.get(job);
  if (!row) return expect(0, "gone");
  if (row.owner !== by) return expect(0, "not theirs");
  state.remove(row);
  return expect(1, `a ${row.status} row`);
}
