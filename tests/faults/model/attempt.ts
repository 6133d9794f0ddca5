/** From the dispatch of a job to its end. */
import { GIVE_UP_MESSAGES, type GiveUpCode, LEASE, MAX_ATTEMPTS, MINUTE } from "./commands.ts";
import { isRunning, type Row } from "./row.ts";
import { expect, type Expected, type State } from "./state.ts";

/** Where the attempt with this token puts the board. */
export const pathOf = (token: string) => `${token}.jpg`;

/** QStash accepted a dispatch. A late answer undoes nothing. */
export function recordDispatch(
  state: State,
  job: number,
  number: number,
  message: string,
): Expected {
  const row = state.rows.get(job);
  if (!row) return expect(false, "gone");
  if (!isRunning(row)) return expect(false, "ended");
  if (number < row.dispatches) return expect(false, "late: there is a newer one");
  if (number === row.dispatches && row.dispatchedAt === null) {
    return expect(false, "late: the job is in the outbox again");
  }
  state.write(row, { dispatches: number, dispatchedAt: state.now, message });
  return expect(true, number === row.dispatches ? "recorded again" : "recorded");
}

/** An attempt begins, with a token and a path of its own, unless another holds a live lease. */
export function claim(state: State, job: number, number: number, message: string | null): Expected {
  const row = state.rows.get(job);
  if (!row) return expect({ outcome: "gone" }, "gone");
  if (!isRunning(row)) return expect({ outcome: row.status }, row.status);

  const leaseRuns = row.leaseEndsAt !== null && row.leaseEndsAt > state.now;
  const usedUp = row.attempts >= MAX_ATTEMPTS;
  if (leaseRuns && (usedUp || row.status === "processing")) {
    return expect({ outcome: "busy", retryAfter: row.leaseEndsAt! - state.now }, "busy");
  }
  if (usedUp) {
    state.write(row, {
      status: "failed",
      errorCode: "gave_up",
      errorMessage: GIVE_UP_MESSAGES.gave_up,
    });
    return expect({ outcome: "failed" }, "failed: its attempts are used up");
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
    // but the message of a late delivery is not the newest
    message: number >= row.dispatches ? message ?? row.message : row.message,
  });
  state.tokens.push(token);
  // the worker may still be writing ten minutes after its lease
  state.objects.set(path, { removableAt: state.now + LEASE + 10 * MINUTE });
  const { body, createdAt, expiresAt } = row;
  return expect(
    { outcome: "claimed", token, attempt, path, body, createdAt, expiresAt },
    row.status === "pending" ? "claimed" : "claimed: the last lease had ended",
  );
}

/** The fence: whoever has this token holds the job, even after the lease unless somebody took it over. */
function held(state: State, job: number, token: string): Row | undefined {
  const row = state.rows.get(job);
  return row?.status === "processing" && row.token === token ? row : undefined;
}

export function complete(state: State, job: number, token: string): Expected {
  const row = held(state, job, token);
  if (row) {
    state.write(row, { status: "complete", path: pathOf(token), url: `signed ${token}` });
    state.objects.delete(pathOf(token)); // the row names it now
    return expect("complete", "complete");
  }
  const now = state.rows.get(job);
  return now?.status === "complete" && now.path === pathOf(token)
    ? expect("complete", "complete, repeated")
    : expect("stale", "stale");
}

export function release(state: State, job: number, token: string): Expected {
  const row = held(state, job, token);
  if (!row) return expect("stale", "stale");
  state.write(row, { status: "pending", startedAt: null });
  return expect("released", "released");
}

export function fail(state: State, job: number, token: string): Expected {
  const row = held(state, job, token);
  if (!row) return expect("stale", "stale");
  state.write(row, { status: "failed", errorCode: "misconfigured", errorMessage: "cannot" });
  return expect("failed", "failed");
}

/** From outside, whoever holds a lease; but the end of an old dispatch does not end a newer one. */
export function giveUp(
  state: State,
  job: number,
  code: GiveUpCode,
  message: string | null,
): Expected {
  const row = state.rows.get(job);
  if (!row) return expect("gone", "gone");
  if (!isRunning(row)) return expect(row.status, `${row.status} already`);
  if (message !== null && row.dispatches > 1 && row.message !== message) {
    return expect(row.status, `still ${row.status}: a newer dispatch carries it on`);
  }
  state.write(row, { status: "failed", errorCode: code, errorMessage: GIVE_UP_MESSAGES[code] });
  return expect("failed", `${code} while ${row.status}`);
}
