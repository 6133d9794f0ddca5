import { setTimeout as sleep } from "node:timers/promises";
import * as faults from "./fault_kinds.ts";
import type { FaultyStack } from "./faulty_stack.ts";
import type { JobStep } from "./job_steps.ts";

type Random = () => number;

const waitUpTo = (next: Random, seconds: number) => {
  const ms = next() * seconds * 1000;
  return () => sleep(ms);
};

const attemptSteps: JobStep[] = ["claim", "upload", "link", "complete"];
const dispatchSteps: JobStep[] = ["publish", "record"];
const endSteps: JobStep[] = ["release", "giveUp"];
const killSteps: JobStep[] = ["create", ...dispatchSteps, ...attemptSteps, ...endSteps];
const pauseSteps: JobStep[] = ["claim", "upload", "complete"];

interface Kind {
  steps: JobStep[];
  make: (next: Random, stack: FaultyStack) => faults.Fault;
}

const kinds: Record<string, Kind> = {
  "killed before": { steps: killSteps, make: () => faults.killBefore },
  "killed after": { steps: killSteps, make: () => faults.killAfter },
  "killed while drawing": {
    steps: ["claim"],
    make: (next) => faults.killAfterDelay(next() * 0.3),
  },
  "paused before": { steps: pauseSteps, make: (next) => faults.pauseBefore(waitUpTo(next, 8)) },
  "paused after": { steps: pauseSteps, make: (next) => faults.pauseAfter(waitUpTo(next, 8)) },
  "refused": {
    steps: [...dispatchSteps, ...attemptSteps, ...endSteps, "deliver"],
    make: () => faults.refuse(503),
  },
  "done, never answered": {
    steps: [...dispatchSteps, ...attemptSteps, "release"],
    make: () => faults.hangAfter,
  },
  "not done, never answered": {
    steps: [...dispatchSteps, ...attemptSteps, "deliver"],
    make: () => faults.hang,
  },
  "answer lost": { steps: [...killSteps, "deliver", "callback"], make: () => faults.loseAnswer },
  "slow": {
    steps: [...dispatchSteps, ...pauseSteps, "deliver", "callback"],
    make: (next) => faults.delay(next() * 3),
  },
  "delivered twice": { steps: ["deliver", "callback"], make: () => faults.duplicate(2) },
  "delivered five times": { steps: ["deliver"], make: () => faults.duplicate(5) },
  "delivered again later": {
    steps: ["deliver", "callback"],
    make: (next, stack) => faults.replay(next() * 10, (late) => stack.background.push(late)),
  },
  "delivered late, out of order": {
    steps: ["deliver"],
    make: (next) => faults.acceptThenDelay(waitUpTo(next, 12)),
  },
  "failed delivery reported as done": { steps: ["deliver"], make: () => faults.hideFailure },
  "message lost": { steps: ["deliver"], make: () => faults.lose },
};

/** None to three faults for a job, each with its step; `next` decides. */
export function randomFaults(next: Random, stack: FaultyStack) {
  const pick = <T>(list: T[]): T => list[Math.floor(next() * list.length)]!;
  const count = Math.floor(next() * 4);
  return Array.from({ length: count }, () => {
    const name = pick(Object.keys(kinds));
    const { steps, make } = kinds[name]!;
    return { name, step: pick(steps), fault: make(next, stack) };
  });
}
