/** How a job is accepted: once for each key, and within two limits for each requester. */
import { type Body, DAY, MAX_ACTIVE, MAX_DAILY, type Requester, TTL_DAYS } from "./commands.ts";
import { isRunning, type Row } from "./row.ts";
import { expect, type Expected, type State } from "./state.ts";

export function create(state: State, who: Requester, key: string | null, body: Body): Expected {
  const earlier = key === null
    ? undefined
    : [...state.requests].find(([, request]) => request.who === who && request.key === key);
  if (earlier) {
    const [job, request] = earlier;
    const outcome = request.body === body ? "replayed" : "idempotency_key_reused";
    const answer = { outcome, job, createdAt: request.at, expiresAt: request.expiresAt };
    return expect(answer, request.goneAt === null ? outcome : `${outcome}, though deleted`);
  }

  const mine = [...state.requests].filter(([, request]) => request.who === who);
  const running = mine.filter(([job]) => isRunning(state.rows.get(job)));
  if (running.length >= MAX_ACTIVE) return refused("too_many_active_jobs", 10);

  const today = mine.map(([, { at }]) => at).filter((at) => at > state.now - DAY);
  // there is room again when this one is a day old
  const last = today.sort((a, b) => b - a)[MAX_DAILY - 1];
  if (last !== undefined) return refused("daily_limit_reached", last + DAY - state.now);

  // Whoever asked: a row with an address belongs to the account that has confirmed it. A guest's key is
  // none of the account's.
  const owner = who === "zoe" ? null : who === "guest as ava" ? "ava" : who;
  const guests = who === "guest as ava" && key !== null;
  const row: Row = {
    job: ++state.jobs,
    owner,
    body,
    key: guests ? null : key,
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
  const { expiresAt } = row;
  state.requests.set(row.job, { who, key, body, at: state.now, expiresAt, goneAt: null });
  return expect(accepted("created", row), guests ? "created without its key" : "created");
}

function accepted(outcome: string, row: Row) {
  return { outcome, job: row.job, createdAt: row.createdAt, expiresAt: row.expiresAt };
}

const refused = (outcome: string, retryAfter: number): Expected =>
  expect({ outcome, retryAfter }, outcome);
