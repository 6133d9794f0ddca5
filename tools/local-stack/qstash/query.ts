import { Refusal } from "./errors.ts";

/** What a listing can be narrowed by. */
export interface Listed {
  /** Grows with each record; the cursor of a listing. */
  seq: number;
  messageId: string;
  url: string;
  labels: string[];
  /** Milliseconds. */
  time: number;
  dlqId?: string;
  scheduleId?: string;
  flowControlKey?: string;
  callerIp?: string;
  responseStatus?: number;
  state?: string;
}

type Field = (record: Listed) => (string | number | undefined)[];

const FIELDS = {
  messageId: (record) => [record.messageId],
  messageIds: (record) => [record.messageId],
  dlqIds: (record) => [record.dlqId],
  url: (record) => [record.url],
  host: (record) => [new URL(record.url).host],
  path: (record) => [new URL(record.url).pathname],
  label: (record) => record.labels,
  scheduleId: (record) => [record.scheduleId],
  flowControlKey: (record) => [record.flowControlKey],
  callerIp: (record) => [record.callerIp],
  responseStatus: (record) => [record.responseStatus],
  state: (record) => [record.state],
  // Without URL groups and queues no record has any.
  topicName: () => [],
  queueName: () => [],
} satisfies Record<string, Field>;

export type FilterName = keyof typeof FIELDS;

/** These filter every listing. */
const COMMON: FilterName[] = [
  "url",
  "label",
  "scheduleId",
  "flowControlKey",
  "callerIp",
  "topicName",
  "queueName",
];

export const MESSAGE_FILTERS: FilterName[] = [...COMMON, "messageIds", "host", "path"];
export const EVENT_FILTERS: FilterName[] = [...MESSAGE_FILTERS, "messageId", "state"];
export const DEAD_LETTER_FILTERS: FilterName[] = [
  ...COMMON,
  "messageId",
  "dlqIds",
  "responseStatus",
];

/** A listing's filters, its size and where it goes on. */
export interface Query {
  matches: (record: Listed) => boolean;
  count: number;
  /** Only records before this one; newer ones come first. */
  before: number;
}

const MAX_COUNT = 1_000;
const DEFAULT_COUNT = 100;

/**
 * Reads the query parameters of a listing. A repeated parameter, or one with commas, means any of
 * its values; different parameters must all match.
 *
 * @param ids further values of an id filter, from a request body; an empty list matches nothing
 * @throws {Refusal} 400 for an unknown filter
 */
export function parseQuery(
  params: URLSearchParams,
  allowed: readonly FilterName[],
  ids: Partial<Record<FilterName, string[]>> = {},
): Query {
  const tests: ((record: Listed) => boolean)[] = [];
  for (const name of new Set(params.keys())) {
    if (["count", "cursor", "fromDate", "toDate"].includes(name)) continue;
    const filter = allowed.find((known) => known === name);
    if (!filter) throw new Refusal(400, `unknown filter: ${name}`);
    tests.push(anyOf(filter, params.getAll(name)));
  }
  for (const filter of allowed) {
    const values = ids[filter];
    if (values) tests.push(anyOf(filter, values));
  }
  const from = parseInteger(params, "fromDate", -Infinity);
  const to = parseInteger(params, "toDate", Infinity);
  return {
    matches: (record) =>
      record.time >= from && record.time <= to && tests.every((test) => test(record)),
    count: Math.min(MAX_COUNT, Math.max(1, parseInteger(params, "count", DEFAULT_COUNT))),
    before: parseInteger(params, "cursor", Infinity),
  };
}

/** One page of records, the newest first, and the cursor of the next if there is one. */
export function page<T extends Listed>(records: Iterable<T>, query: Query) {
  const newest = [...records].reverse();
  const found = newest.filter((record) => record.seq < query.before && query.matches(record));
  const shown = found.slice(0, query.count);
  const cursor = found.length > shown.length ? String(shown.at(-1)?.seq) : undefined;
  return { records: shown, cursor };
}

function anyOf(name: FilterName, values: string[]): (record: Listed) => boolean {
  const field: Field = FIELDS[name];
  // A URL may itself contain commas, so the whole counts as well as its parts.
  const wanted = new Set(values.flatMap((value) => [value, ...value.split(",")]));
  return (record) =>
    field(record).some((value) => value !== undefined && wanted.has(String(value)));
}

function parseInteger(params: URLSearchParams, name: string, absent: number): number {
  const text = params.get(name);
  if (text === null || text === "") return absent;
  if (!/^\d+$/.test(text)) throw new Refusal(400, `invalid ${name}: ${text}`);
  return Number(text);
}
