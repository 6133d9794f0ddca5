import type { Arena } from "./arena.ts";
import * as faults from "./faults.ts";
import type { Step } from "./steps.ts";

/** A fault and the step that it waits for. */
export interface Dealt {
  name: string;
  step: Step;
  fault: faults.Fault;
}

type Make = (next: () => number, arena: Arena) => faults.Fault;

const wait = (next: () => number, longest: number) => {
  const ms = next() * longest * 1000;
  return () => new Promise((resolve) => setTimeout(resolve, ms));
};

const kinds: Record<string, { steps: Step[]; make: Make }> = {
  "killed before": {
    steps: ["create", "publish", "record", "claim", "upload", "link", "complete", "release", "end"],
    make: () => faults.killBefore,
  },
  "killed after": {
    steps: ["create", "publish", "record", "claim", "upload", "link", "complete", "release", "end"],
    make: () => faults.killAfter,
  },
  "killed while drawing": {
    steps: ["claim"],
    make: (next) => faults.killSoonAfter(next() * 0.3),
  },
  "paused before": {
    steps: ["claim", "upload", "complete"],
    make: (next) => faults.pauseBefore(wait(next, 8)),
  },
  "paused after": {
    steps: ["claim", "upload", "complete"],
    make: (next) => faults.pauseAfter(wait(next, 8)),
  },
  "refused": {
    steps: [
      "publish",
      "record",
      "claim",
      "upload",
      "link",
      "complete",
      "release",
      "end",
      "deliver",
    ],
    make: () => faults.refuse(503),
  },
  "no answer": {
    steps: ["publish", "record", "claim", "upload", "link", "complete", "release"],
    make: () => faults.neverAnswer,
  },
  "not done, no answer": {
    steps: ["publish", "record", "claim", "upload", "link", "complete", "deliver"],
    make: () => faults.hang,
  },
  "answer lost": {
    steps: [
      ...["create", "publish", "record", "claim", "upload", "link", "complete"] as const,
      ...["release", "end", "deliver", "callback"] as const,
    ],
    make: () => faults.loseAnswer,
  },
  "slow": {
    steps: ["publish", "record", "claim", "upload", "complete", "deliver", "callback"],
    make: (next) => faults.slow(next() * 3),
  },
  "delivered twice": { steps: ["deliver", "callback"], make: () => faults.repeat(2) },
  "delivered five times": { steps: ["deliver"], make: () => faults.repeat(5) },
  "delivered again, late": {
    steps: ["deliver", "callback"],
    make: (next, arena) => faults.again(next() * 10, (late) => arena.late.push(late)),
  },
  "delivered late, out of order": {
    steps: ["deliver"],
    make: (next) => faults.believedThenLate(wait(next, 12)),
  },
  "answer of the delivery forged to 200": { steps: ["deliver"], make: () => faults.believed },
  "message lost": { steps: ["deliver"], make: () => faults.lose },
};

/** None to three faults for a job; `next` decides. */
export function deal(next: () => number, arena: Arena): Dealt[] {
  const count = Math.floor(next() * 4);
  const names = Object.keys(kinds);
  return Array.from({ length: count }, () => {
    const name = names[Math.floor(next() * names.length)]!;
    const { steps, make } = kinds[name]!;
    const step = steps[Math.floor(next() * steps.length)]!;
    return { name, step, fault: make(next, arena) };
  });
}
