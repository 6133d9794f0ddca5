/** What sequences are made of, and how often each comes, so that deep states are reached. */
import fc from "fast-check";
import {
  type Account,
  type Body,
  type Call,
  type Change,
  DAY,
  LEASE,
  MINUTE,
  type Requester,
  STALE,
  TTL_DAYS,
} from "./calls.ts";

/** A call; which number, token and message is meant is found when its turn comes (aim.ts). */
export type Operation =
  | Extract<Call, { call: "create" | "time passes" | "delete" }>
  | { call: "dispatched"; job: number; number: Dispatch }
  | { call: "claim"; job: number; number: Dispatch; message: boolean }
  | { call: "complete"; job: number; token: Token; twice: boolean }
  | { call: "release" | "fail"; job: number; token: Token }
  | { call: "end"; job: number; message: Message }
  | { call: "sweep"; queue: Queue }
  | { call: "remove pictures"; stopped: boolean }
  | { call: "by hand"; job: number; change: Change | "all that is refused" };

/** Instead of a job's number. */
export const NEWEST = 0;

export type Dispatch = "next" | "same" | "older";
/** That of the job's newest attempt, of the one before, or one that nobody was given. */
type Token = "last" | "earlier" | "unknown";
type Message = "none" | "the last" | "another";
/** What QStash says when the sweep asks about a silent message, or hands it the next. */
export type Queue = "holds it" | "lost it" | "is down";

const weighted = <T>(...choices: [weight: number, T][]) =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const often = <Name extends Operation["call"], Fields>(
  weight: number,
  call: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
) => ({
  weight,
  arbitrary: fc.record(fields).map((values) => ({ call, ...values })),
});

// mostly the first: divided among three, no job would get far
const job = weighted([10, 1], [3, 2], [1, 3]);
const number = weighted<Dispatch>([3, "next"], [3, "same"], [2, "older"]);
const token = weighted<Token>([8, "last"], [2, "earlier"], [1, "unknown"]);

const create = often(16, "create", {
  who: weighted<Requester>([9, "ava"], [1, "ben"], [2, "zoe"], [4, "guest as ava"]),
  key: weighted<string | null>([3, null], [3, "k1"], [1, "k2"]),
  body: weighted<Body>([4, "run"], [1, "swim"], [1, "run, dark"]),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  create,
  often(8, "dispatched", { job, number }),
  often(26, "claim", { job, number, message: fc.boolean() }),
  often(7, "complete", { job, token, twice: fc.boolean() }),
  often(11, "release", { job, token }),
  often(3, "fail", { job, token }),
  often(6, "end", {
    job,
    message: weighted<Message>([1, "none"], [2, "the last"], [6, "another"]),
  }),
  often(16, "sweep", { queue: weighted<Queue>([1, "holds it"], [5, "lost it"], [3, "is down"]) }),
  often(4, "remove pictures", { stopped: fc.boolean() }),
  often(20, "time passes", {
    // to the very second on which something ends; with one more it has ended
    seconds: weighted(
      [8, 1],
      [12, LEASE],
      [2, 10 * MINUTE],
      [10, STALE],
      [2, DAY],
      [2, DAY + 60 * MINUTE],
      [1, TTL_DAYS * DAY],
    ),
  }),
  often(3, "delete", { job, by: weighted<Account>([3, "ava"], [1, "ben"]) }),
  often(12, "by hand", {
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

// What by chance alone would come too rarely.

const completed = (job: number): Operation => (
  { call: "complete", job, token: "last", twice: false }
);
const byHand = (job: number, change: Change): Operation => ({ call: "by hand", job, change });

type Ending = (job: number) => Operation[];
const endings: [weight: number, Ending][] = [
  [6, (job) => [completed(job)]],
  [2, (job) => [completed(job), { call: "delete", job, by: "ava" }]],
  [1, (job) => [completed(job), byHand(job, "another link"), byHand(job, "a day longer")]],
  [1, (job) => [completed(job), byHand(job, "no key")]],
  [6, (job) => [{ call: "release", job, token: "last" }]],
  [2, (job) => [{ call: "fail", job, token: "last" }]],
  // its worker dies
  [4, () => [{ call: "time passes", seconds: LEASE }]],
  // the same while QStash is down, and then QStash's answer to the first dispatch arrives
  [2, (job) => [
    { call: "time passes", seconds: LEASE },
    { call: "sweep", queue: "is down" },
    { call: "dispatched", job, number: "same" },
  ]],
  // its row expires meanwhile
  [
    1,
    () => [{ call: "time passes", seconds: TTL_DAYS * DAY }, { call: "sweep", queue: "lost it" }],
  ],
  // an earlier dispatch fails meanwhile
  [3, (job) => [{ call: "end", job, message: "another" }]],
  // its token stays in the row, and is worth nothing
  [2, (job) => [
    byHand(job, "to pending"),
    { call: "release", job, token: "last" },
    { call: "fail", job, token: "last" },
  ]],
  [1, (job) => [byHand(job, "to complete")]],
  [1, (job) => [byHand(job, "to failed")]],
];

/** An attempt from its claim to its end. */
const attempt = fc.tuple(job, weighted(...endings)).map(([job, ending]): Operation[] => [
  { call: "claim", job, number: "same", message: true },
  ...ending(job),
]);

/** Somebody sets a row to processing, which nobody works on. */
const leaseless = job.map((job): Operation[] => [
  { call: "by hand", job, change: "to processing" },
  { call: "time passes", seconds: STALE },
  { call: "sweep", queue: "lost it" },
]);

/** The queue lost what it was given, which the sweep finds out later. */
const silence = fc.constant<Operation[]>([
  { call: "time passes", seconds: STALE },
  { call: "time passes", seconds: 1 },
  { call: "sweep", queue: "lost it" },
]);

/** One job after the other, each of which fails at once, until the day's limit is reached. */
const spree = create.arbitrary.map(({ who }): Operation[] => {
  const create: Operation = { call: "create", who, key: null, body: "run" };
  const end: Operation = { call: "end", job: NEWEST, message: "none" };
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
        { weight: 10, arbitrary: silence },
        { weight: 3, arbitrary: spree },
        { weight: 2, arbitrary: leaseless },
      ),
      { maxLength: 25, size: "max" },
    ),
  )
  .map(([first, rest]): Operation[] => [first, ...rest.flat()]);
