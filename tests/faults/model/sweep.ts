/** What the sweep and the owners do: rows and pictures go, and what was left behind is revived. */
import { type Account, DAY, MINUTE, STALE, type Waiting } from "./calls.ts";
import { type Said, says, type State } from "./state.ts";

export function sweep(state: State): Said {
  const cases = new Set<string>();
  for (const row of state.all()) {
    if (row.expiresAt > state.now) continue;
    state.remove(row);
    cases.add(`an expired ${row.status} row is deleted`);
  }

  for (const [job, { goneAt }] of state.requests) {
    if (goneAt === null || goneAt >= state.now - 25 * 60 * MINUTE) continue;
    state.requests.delete(job);
    cases.add("who asked is forgotten a day after the job");
  }

  for (const row of state.all()) {
    // put to processing by hand, a row may have no lease: then it has as long as a silent dispatch
    const ends = row.leaseEndsAt ?? row.updatedAt + STALE;
    if (row.status !== "processing" || ends > state.now) continue;
    state.write(row, { status: "pending", startedAt: null, dispatchedAt: null });
    cases.add(row.token ? "a dead worker's job is revived" : "a job without a lease is revived");
  }

  const waiting: Waiting[] = [];
  for (const row of state.all()) {
    if (row.status !== "pending") continue;
    const { job, dispatches } = row;
    if (row.dispatchedAt === null) {
      waiting.push({ job, dispatches, message: null });
      cases.add("listed: in the outbox");
    } else if (row.dispatchedAt < state.now - STALE) {
      // a message that is older than a day is not asked about: QStash has given it up
      const ask = row.createdAt > state.now - DAY;
      waiting.push({ job, dispatches, message: ask ? row.message : null });
      cases.add(ask ? "listed: silent" : "listed: silent, and a day old");
    }
  }
  return says(waiting, ...cases, ...(cases.size === 0 ? ["nothing to do"] : []));
}

/** Pictures that no row names and no attempt may write any more. */
export function listRemovable(state: State): Said {
  const rows = state.all();
  const paths = [...state.objects].filter(([path, { token, removableAt }]) =>
    removableAt <= state.now &&
    !rows.some((row) => row.path === path) &&
    !rows.some((row) => row.status === "processing" && row.token && row.token === token)
  ).map(([path]) => path).sort();
  return says(paths, paths.length > 0 ? "some" : "none");
}

/** The Storage API has removed these. */
export function forget(state: State, paths: string[]): Said {
  for (const path of paths) state.objects.delete(path);
  return says(null, "forgotten");
}

/** Row-level security: people delete their own rows. */
export function deleteAs(state: State, job: number, by: Account): Said {
  const row = state.rows.get(job);
  if (!row) return says(0, "gone");
  if (row.owner !== by) return says(0, "not theirs");
  state.remove(row);
  return says(1, `a ${row.status} row`);
}
