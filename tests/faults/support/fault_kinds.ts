/** What can go wrong at a step of a job. */
import { setTimeout as sleep } from "node:timers/promises";
import { within } from "../../../supabase/functions/_shared/timing.ts";
import type { JobStep } from "./job_steps.ts";
import { breakConnection, neverRespond, type ProxiedRequest } from "./proxy.ts";
import type { Worker } from "./worker.ts";

/** A request that a proxy holds: a step of a job on its way from one part to another. */
export interface Intercepted {
  step: JobStep;
  request: ProxiedRequest;
  /** The process that sent it or, at `deliver` and `callback`, that is about to receive it. */
  worker: Worker;
}

/** Handles an intercepted request in place of the proxy. `proceed` performs the step. */
export type Fault = (at: Intercepted, proceed: () => Promise<Response>) => Promise<Response>;

type Condition = (at: Intercepted) => Promise<unknown>;

/** SIGKILL before the step. */
export const killBefore: Fault = ({ worker }) => {
  worker.kill();
  return Promise.resolve(breakConnection());
};

/** SIGKILL after the step, before its answer arrives. */
export const killAfter: Fault = async ({ worker }, proceed) => {
  await proceed();
  worker.kill();
  return breakConnection();
};

/** SIGKILL some seconds after the step was answered. */
export const killAfterDelay = (seconds: number): Fault => async ({ worker }, proceed) => {
  const answer = await proceed();
  void sleep(seconds * 1000).then(() => worker.kill());
  return answer;
};

/**
 * SIGSTOP before the step, which happens when `until` resolves. SIGCONT when it is answered, or after 5 s:
 * if the local stack lost it together with Postgres, the process would stand still for ever.
 */
export const pauseBefore = (until: Condition): Fault => async (at, proceed) => {
  at.worker.pause();
  let answer: Promise<Response>;
  try {
    await until(at);
    answer = proceed();
    await within(5, answer).catch(() => {});
  } finally {
    at.worker.resume();
  }
  return await answer;
};

/** SIGSTOP some seconds after the step was answered; SIGCONT when `until` resolves. */
export const pauseAfter = (until: Condition, seconds = 0): Fault => async (at, proceed) => {
  const answer = await proceed();
  const pause = async () => {
    if (seconds > 0) await sleep(seconds * 1000);
    at.worker.pause();
    await until(at).finally(() => at.worker.resume());
  };
  void pause();
  return answer;
};

/** The step does not happen and is answered with this status. */
export const refuse = (status: number): Fault => () =>
  Promise.resolve(Response.json({ message: "no" }, { status }));

/** The step does not happen and is never answered. */
export const hang: Fault = ({ request }) => neverRespond(request);

/** The step happens; the connection breaks before the answer arrives. */
export const loseAnswer: Fault = async (_at, proceed) => {
  await proceed();
  return breakConnection();
};

/** The step happens and is never answered. */
export const hangAfter: Fault = async ({ request }, proceed) => {
  await proceed();
  return await neverRespond(request);
};

/** The step happens some seconds later. */
export const delay = (seconds: number): Fault => async (_at, proceed) => {
  await sleep(seconds * 1000);
  return await proceed();
};

/** The step happens so many times at once; the first answer counts. */
export const duplicate = (times: number): Fault => async (_at, proceed) => {
  const answers = Array.from({ length: times }, proceed);
  await Promise.allSettled(answers);
  return await answers[0]!;
};

/** The step happens now, and once more some seconds later. `track` is given the late one. */
export const replay =
  (seconds: number, track: (late: Promise<unknown>) => void): Fault => async (_at, proceed) => {
    track(sleep(seconds * 1000).then(proceed).catch(() => {}));
    return await proceed();
  };

/** The step does not happen; the sender is told that it did. */
export const lose: Fault = () => Promise.resolve(Response.json({ forged: true }));

/** The sender is told at once that the step happened; it happens when `until` resolves. */
export const acceptThenDelay = (until: () => Promise<unknown>): Fault => (_at, proceed) => {
  void until().then(proceed).catch(() => {});
  return Promise.resolve(Response.json({ forged: true }));
};

/** The step happens; the sender is told that it succeeded, whatever the answer was. */
export const hideFailure: Fault = async (_at, proceed) => {
  await proceed();
  return Response.json({ forged: true });
};
