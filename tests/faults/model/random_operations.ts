/** Random sequences of operations, weighted so that deep states are reached. */
import fc from "fast-check";
import {
  type Account,
  type Body,
  type Change,
  type Command,
  DAY,
  LEASE,
  MINUTE,
  type Requester,
  SILENCE,
  TTL_DAYS,
} from "./commands.ts";

/** A command whose number, token and message depend on the state that it will find (resolve.ts). */
export type Operation =
  | Extract<Command, { command: "create" | "time passes" | "delete" }>
  | { command: "record dispatch"; job: number; number: Dispatch }
  | { command: "claim"; job: number; number: Dispatch; message: boolean }
  | { command: "complete"; job: number; token: Token; twice: boolean }
  | { command: "release" | "fail"; job: number; token: Token }
  | { command: "give up"; job: number; message: Message }
  | { command: "sweep"; queue: Queue }
  | { command: "remove boards"; stopped: boolean }
  | { command: "by hand"; job: number; change: Change | "all that is refused" };

/** Instead of a job's number. */
export const NEWEST = 0;

export type Dispatch = "next" | "same" | "older";
/** Of the job's newest attempt, of the one before, or of none. */
type Token = "last" | "earlier" | "unknown";
type Message = "none" | "the last" | "another";
/** What QStash does when the sweep asks for a silent message or publishes the next. */
export type Queue = "holds it" | "lost it" | "is down";

const weighted = <T>(...choices: [weight: number, T][]) =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const weightedOperation = <Name extends Operation["command"], Fields>(
  weight: number,
  command: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
) => ({
  weight,
  arbitrary: fc.record(fields).map((values) => ({ command, ...values })),
});

// mostly the first job: with equal shares none would get far
const job = weighted([10, 1], [3, 2], [1, 3]);
const number = weighted<Dispatch>([3, "next"], [3, "same"], [2, "older"]);
const token = weighted<Token>([8, "last"], [2, "earlier"], [1, "unknown"]);

const create = weightedOperation(16, "create", {
  who: weighted<Requester>([9, "ava"], [1, "ben"], [2, "zoe"], [4, "guest as ava"]),
  key: weighted<string | null>([3, null], [3, "k1"], [1, "k2"]),
  body: weighted<Body>([4, "run"], [1, "swim"], [1, "run, dark"]),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  create,
  weightedOperation(8, "record dispatch", { job, number }),
  weightedOperation(26, "claim", { job, number, message: fc.boolean() }),
  weightedOperation(7, "complete", { job, token, twice: fc.boolean() }),
  weightedOperation(11, "release", { job, token }),
  weightedOperation(3, "fail", { job, token }),
  weightedOperation(6, "give up", {
    job,
    message: weighted<Message>([1, "none"], [2, "the last"], [6, "another"]),
  }),
  weightedOperation(16, "sweep", {
    queue: weighted<Queue>([1, "holds it"], [5, "lost it"], [3, "is down"]),
  }),
  weightedOperation(4, "remove boards", { stopped: fc.boolean() }),
  weightedOperation(20, "time passes", {
    // exactly until something ends; one second later it has ended
    seconds: weighted(
      [8, 1],
      [12, LEASE],
      [2, 10 * MINUTE],
      [10, SILENCE],
      [2, DAY],
      [2, DAY + 60 * MINUTE],
      [1, TTL_DAYS * DAY],
    ),
  }),
  weightedOperation(3, "delete", { job, by: weighted<Account>([3, "ava"], [1, "ben"]) }),
  weightedOperation(12, "by hand", {
    job,
    change: weighted<Change | "all that is refused">(
      [10, "all that is refused"],
      [3, "to pending"],
      [3, "to processing"],
      [3, "to complete"],
      [2, "to failed"],
      [2, "another link"],
      [2, "a day longer"],
      [2, "no key"],
    ),
  }),
);

// Sequences that chance alone would make too rarely.

const completed = (job: number): Operation => (
  { command: "complete", job, token: "last", twice: false }
);
const byHand = (job: number, change: Change): Operation => ({ command: "by hand", job, change });

type Ending = (job: number) => Operation[];
const endings: [weight: number, Ending][] = [
  [6, (job) => [completed(job)]],
  [2, (job) => [completed(job), { command: "delete", job, by: "ava" }]],
  [1, (job) => [completed(job), byHand(job, "another link"), byHand(job, "a day longer")]],
  [1, (job) => [completed(job), byHand(job, "no key")]],
  [6, (job) => [{ command: "release", job, token: "last" }]],
  [2, (job) => [{ command: "fail", job, token: "last" }]],
  // its worker dies
  [4, () => [{ command: "time passes", seconds: LEASE }]],
  // the same while QStash is down, and then QStash's answer to the first dispatch arrives
  [2, (job) => [
    { command: "time passes", seconds: LEASE },
    { command: "sweep", queue: "is down" },
    { command: "record dispatch", job, number: "same" },
  ]],
  // its row expires meanwhile
  [
    1,
    () => [{ command: "time passes", seconds: TTL_DAYS * DAY }, {
      command: "sweep",
      queue: "lost it",
    }],
  ],
  // an earlier dispatch fails meanwhile
  [3, (job) => [{ command: "give up", job, message: "another" }]],
  // its token stays in the row and is worth nothing
  [2, (job) => [
    byHand(job, "to pending"),
    { command: "release", job, token: "last" },
    { command: "fail", job, token: "last" },
  ]],
  [1, (job) => [byHand(job, "to complete")]],
  [1, (job) => [byHand(job, "to failed")]],
];

/** An attempt from its claim to its end. */
const attempt = fc.tuple(job, weighted(...endings)).map(([job, ending]): Operation[] => [
  { command: "claim", job, number: "same", message: true },
  ...ending(job),
]);

/** Somebody sets a row to processing by hand; no worker has it. */
const withoutLease = job.map((job): Operation[] => [
  { command: "by hand", job, change: "to processing" },
  { command: "time passes", seconds: SILENCE },
  { command: "sweep", queue: "lost it" },
]);

/** The queue lost a message, which the sweep finds out later. */
const lostMessage = fc.constant<Operation[]>([
  { command: "time passes", seconds: SILENCE },
  { command: "time passes", seconds: 1 },
  { command: "sweep", queue: "lost it" },
]);

/** One job after the other that fails at once, until the daily limit is reached. */
const dailyLimit = create.arbitrary.map(({ who }): Operation[] => {
  const create: Operation = { command: "create", who, key: null, body: "run" };
  const end: Operation = { command: "give up", job: NEWEST, message: "none" };
  return [create, end, create, end, create];
});

/** Nothing can happen before there is a job. */
export const sequences = fc
  .tuple(
    create.arbitrary,
    fc.array(
      fc.oneof(
        { weight: 100, arbitrary: operation.map((operation) => [operation]) },
        { weight: 20, arbitrary: attempt },
        { weight: 10, arbitrary: lostMessage },
        { weight: 3, arbitrary: dailyLimit },
        { weight: 2, arbitrary: withoutLease },
      ),
      { maxLength: 25, size: "max" },
    ),
  )
  .map(([first, rest]): Operation[] => [first, ...rest.flat()]);
