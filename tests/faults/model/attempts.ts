/** From the dispatch of a job to its end. */
import { GAVE_UP, LEASE, MAX_ATTEMPTS, MINUTE } from "./calls.ts";
import { isRunning, type Row } from "./row.ts";
import { type Said, says, type State } from "./state.ts";

const pathOf = (token: string) => `${token}.jpg`;

/** QStash accepted a dispatch. An answer that comes late undoes nothing. */
export function dispatched(state: State, job: number, number: number, message: string): Said {
  const row = state.rows.get(job);
  if (!row) return says(false, "gone");
  if (!isRunning(row)) return says(false, "ended");
  if (number < row.dispatches) return says(false, "late: there is a newer one");
  if (number === row.dispatches && row.dispatchedAt === null) {
    return says(false, "late: the job is in the outbox again");
  }
  state.write(row, { dispatches: number, dispatchedAt: state.now, message });
  return says(true, number === row.dispatches ? "noted again" : "noted");
}

/** An attempt begins, with a token and a path of its own, unless another holds a live lease. */
export function claim(state: State, job: number, number: number, message: string | null): Said {
  const row = state.rows.get(job);
  if (!row) return says({ outcome: "gone" }, "gone");
  if (!isRunning(row)) return says({ outcome: row.status }, row.status);

  const leaseRuns = row.leaseEndsAt !== null && row.leaseEndsAt > state.now;
  const usedUp = row.attempts >= MAX_ATTEMPTS;
  if (leaseRuns && (usedUp || row.status === "processing")) {
    return says({ outcome: "busy", retryAfter: row.leaseEndsAt! - state.now }, "busy");
  }
  if (usedUp) {
    state.write(row, { status: "failed", errorCode: "gave_up", errorMessage: GAVE_UP });
    return says({ outcome: "failed" }, "failed: its attempts are used up");
  }

  const attempt = row.attempts + 1;
  const token = `${job}.${attempt}`;
  const path = pathOf(token);
  state.write(row, {
    status: "processing",
    attempts: attempt,
    startedAt: state.now,
    token,
    leaseEndsAt: state.now + LEASE,
    // a delivery proves its dispatch
    dispatches: Math.max(row.dispatches, number),
    dispatchedAt: row.dispatchedAt ?? state.now,
    // … but the message of a late delivery is not the newest
    message: number >= row.dispatches ? message ?? row.message : row.message,
  });
  state.tokens.push(token);
  // the worker may still be writing ten minutes after its lease
  state.objects.set(path, { token, removableAt: state.now + LEASE + 10 * MINUTE });
  const { body, createdAt, expiresAt } = row;
  return says(
    { outcome: "claimed", token, attempt, path, body, createdAt, expiresAt },
    row.status === "pending" ? "claimed" : "claimed: the last lease had ended",
  );
}

/** The fence: who has this token holds the job. A lease that ended and that nobody took over counts. */
function held(state: State, job: number, token: string): Row | undefined {
  const row = state.rows.get(job);
  return row?.status === "processing" && row.token === token ? row : undefined;
}

export function complete(state: State, job: number, token: string): Said {
  const row = held(state, job, token);
  if (row) {
    state.write(row, { status: "complete", path: pathOf(token), url: `signed ${token}` });
    state.objects.delete(pathOf(token)); // the row names it now
    return says("complete", "complete");
  }
  const now = state.rows.get(job);
  return now?.status === "complete" && now.path === pathOf(token)
    ? says("complete", "complete, said again")
    : says("stale", "stale");
}

export function release(state: State, job: number, token: string): Said {
  const row = held(state, job, token);
  if (!row) return says("stale", "stale");
  state.write(row, { status: "pending", startedAt: null });
  return says("released", "released");
}

export function fail(state: State, job: number, token: string): Said {
  const row = held(state, job, token);
  if (!row) return says("stale", "stale");
  state.write(row, { status: "failed", errorCode: "misconfigured", errorMessage: "cannot" });
  return says("failed", "failed");
}

/** From outside, whoever holds a lease; but the end of an old dispatch does not end a newer one. */
export function end(state: State, job: number, code: string, message: string | null): Said {
  const row = state.rows.get(job);
  if (!row) return says("gone", "gone");
  if (!isRunning(row)) return says(row.status, `${row.status} already`);
  if (message !== null && row.dispatches > 1 && row.message !== message) {
    return says(row.status, `still ${row.status}: a newer dispatch carries it on`);
  }
  state.write(row, { status: "failed", errorCode: code, errorMessage: "from outside" });
  return says("failed", `${code} while ${row.status}`);
}
