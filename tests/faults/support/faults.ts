/** What can go wrong at a step. Each is given the step and the way to do it. */
import { within } from "../../../supabase/functions/_shared/timing.ts";
import { broken, type Exchange, silence } from "./proxy.ts";
import type { Step } from "./steps.ts";
import type { Worker } from "./worker.ts";

/** A step of a job's life on its way from one part to another. */
export interface Moment {
  step: Step;
  exchange: Exchange;
  /** The function's process that asks, or, at `deliver` and `callback`, that is about to be asked. */
  worker: Worker;
}

/** Gets in the way of a step; `go` does it. Returns what the asking side is told. */
export type Fault = (moment: Moment, go: () => Promise<Response>) => Promise<Response>;

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

/** SIGKILL before the step happens. */
export const killBefore: Fault = (moment) => {
  moment.worker.kill();
  return Promise.resolve(broken());
};

/** SIGKILL when the step has happened and its answer is on the way. */
export const killAfter: Fault = async (moment, go) => {
  await go();
  moment.worker.kill();
  return broken();
};

/** SIGKILL so long after the step was answered. */
export const killSoonAfter = (delay: number): Fault => async (moment, go) => {
  const answer = await go();
  void seconds(delay).then(() => moment.worker.kill());
  return answer;
};

/**
 * SIGSTOP before the step; the step, when `until` resolves, and SIGCONT when it is answered, or after 5 s:
 * the local stack may have lost it with Postgres, and the process would stand still for ever.
 */
export const pauseBefore = (until: (moment: Moment) => Promise<unknown>): Fault =>
async (
  moment,
  go,
) => {
  moment.worker.pause();
  let answer: Promise<Response>;
  try {
    await until(moment);
    answer = go();
    await within(5, answer).catch(() => {});
  } finally {
    moment.worker.resume();
  }
  return await answer;
};

/** SIGSTOP when the step has been answered; SIGCONT when `until` resolves. */
export const pauseAfter = (until: (moment: Moment) => Promise<unknown>) => pauseSoonAfter(0, until);

/** SIGSTOP so long after the step was answered; SIGCONT when `until` resolves. */
export const pauseSoonAfter =
  (delay: number, until: (moment: Moment) => Promise<unknown>): Fault => async (moment, go) => {
    const answer = await go();
    const pause = async () => {
      if (delay > 0) await seconds(delay);
      moment.worker.pause();
      await until(moment).finally(() => moment.worker.resume());
    };
    void pause();
    return answer;
  };

/** PictureRefusedError with an error status; nothing happens. */
export const refuse = (status: number): Fault => () =>
  Promise.resolve(Response.json({ message: "no" }, { status }));

/** Never answered; nothing happens. */
export const hang: Fault = (moment) => silence(moment.exchange);

/** It happens, and the connection breaks before the answer is read. */
export const loseAnswer: Fault = async (_moment, go) => {
  await go();
  return broken();
};

/** It happens, and the answer never comes. */
export const neverAnswer: Fault = async (moment, go) => {
  await go();
  return await silence(moment.exchange);
};

/** It happens, later. */
export const slow = (delay: number): Fault => async (_moment, go) => {
  await seconds(delay);
  return await go();
};

/** It happens so many times at once; the first answer counts. */
export const repeat = (times: number): Fault => async (_moment, go) => {
  const answers = Array.from({ length: times }, go);
  await Promise.allSettled(answers);
  return await answers[0]!;
};

/** It happens, and once more when all is over: the same signed message, late. */
export const again = (delay: number, track: (late: Promise<unknown>) => void): Fault =>
async (
  _moment,
  go,
) => {
  track(seconds(delay).then(go).catch(() => {}));
  return await go();
};

/** The asking side is told that all went well, and nothing happens: the message is lost. */
export const lose: Fault = () => Promise.resolve(Response.json({ lost: true }));

/** The asking side is told that all went well; it happens when `until` resolves, late. */
export const believedThenLate = (until: () => Promise<unknown>): Fault => (_moment, go) => {
  void until().then(go).catch(() => {});
  return Promise.resolve(Response.json({ believed: "delivered" }));
};

/** It happens, and the asking side is told that all went well, whatever the answer was. */
export const believed: Fault = async (_moment, go) => {
  await go();
  return Response.json({ believed: "delivered" });
};
