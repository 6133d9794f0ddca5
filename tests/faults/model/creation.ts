/** How a job is accepted: once for each key, and within two limits, which count by who asks. */
import { type Body, DAY, MAX_ACTIVE, MAX_DAILY, type Requester, TTL_DAYS } from "./calls.ts";
import { isRunning, type Row } from "./row.ts";
import { type Said, says, type State } from "./state.ts";

export function create(state: State, who: Requester, key: string | null, body: Body): Said {
  const same = key === null ? undefined : madeWith(state, who, key);
  if (same) {
    const outcome = same.body === body ? "replayed" : "idempotency_key_reused";
    return says(accepted(outcome, same), outcome);
  }

  const mine = [...state.requests].filter(([, request]) => request.who === who);
  const running = mine.filter(([job]) => isRunning(state.rows.get(job)));
  if (running.length >= MAX_ACTIVE) return refused("too_many_active_jobs", 10);

  const today = mine.map(([, { at }]) => at).filter((at) => at > state.now - DAY);
  // there is room again when this one is a day old
  const last = today.sort((a, b) => b - a)[MAX_DAILY - 1];
  if (last !== undefined) return refused("daily_limit_reached", last + DAY - state.now);

  // Whoever asked: a row with an address belongs to the account that has confirmed it. A key that this
  // account uses already is left out.
  const owner = who === "zoe" ? null : who === "guest as ava" ? "ava" : who;
  const taken = owner !== null &&
    state.all().some((row) => row.owner === owner && row.key !== null && row.key === key);
  const row: Row = {
    job: ++state.jobs,
    owner,
    body,
    key: taken ? null : key,
    status: "pending",
    createdAt: state.now,
    updatedAt: state.now,
    expiresAt: state.now + TTL_DAYS * DAY,
    attempts: 0,
    dispatches: 0,
    dispatchedAt: null,
    message: null,
    token: null,
    leaseEndsAt: null,
    startedAt: null,
    finishedAt: null,
    path: null,
    url: null,
    errorCode: null,
    errorMessage: null,
  };
  state.rows.set(row.job, row);
  state.requests.set(row.job, { who, at: state.now });
  return says(accepted("created", row), taken ? "created without its key" : "created");
}

/** Accounts find their own rows' keys; guests those of rows that guests asked for, never an account's. */
function madeWith(state: State, who: Requester, key: string): Row | undefined {
  return state.all().find((row) => {
    if (row.key !== key) return false;
    if (who === "ava" || who === "ben") return row.owner === who;
    if (who === "zoe") return row.owner === null;
    return row.owner === "ava" && state.requests.get(row.job)?.who === who;
  });
}

function accepted(outcome: string, row: Row) {
  return { outcome, job: row.job, createdAt: row.createdAt, expiresAt: row.expiresAt };
}

const refused = (outcome: string, retryAfter: number): Said =>
  says({ outcome, retryAfter }, outcome);
