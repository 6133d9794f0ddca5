/**
 * Cron expressions: five fields, in UTC. Each set holds the values that a field names.
 *
 * @see https://upstash.com/docs/qstash/features/schedules
 */
export interface Cron {
  /** As given. */
  source: string;
  minute: Set<number>;
  hour: Set<number>;
  day: Set<number>;
  month: Set<number>;
  /** 0 is Sunday. */
  weekday: Set<number>;
  /** Cron's old rule: where both days are restricted, either suffices. */
  eitherDay: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** 29 February can be eight years away (2096 to 2104). */
const HORIZON_MS = 9 * 366 * DAY_MS;

/**
 * Parses an expression.
 *
 * @throws {SyntaxError} saying which part is wrong, also for a time that never comes (30 February)
 */
export function parseCron(source: string): Cron {
  const fields = source.trim().split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5) throw new SyntaxError(`expected 5 fields, got ${fields.length}`);
  const weekdays = parseField(weekday, 0, 7);
  if (weekdays.has(7)) weekdays.add(0);
  const cron: Cron = {
    source,
    minute: parseField(minute, 0, 59),
    hour: parseField(hour, 0, 23),
    day: parseField(day, 1, 31),
    month: parseField(month, 1, 12),
    weekday: weekdays,
    eitherDay: !day.startsWith("*") && !weekday.startsWith("*"),
  };
  if (nextTime(cron, 0) === undefined) throw new SyntaxError("this time never comes");
  return cron;
}

/**
 * The first time after `after` that a cron expression names.
 *
 * @param after milliseconds
 * @returns milliseconds, a whole minute; undefined if there is none within nine years
 */
export function nextTime(cron: Cron, after: number): number | undefined {
  let time = (Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS;
  while (time < after + HORIZON_MS) {
    const date = new Date(time);
    if (!matchesDay(cron, date)) time = (Math.floor(time / DAY_MS) + 1) * DAY_MS;
    else if (cron.hour.has(date.getUTCHours()) && cron.minute.has(date.getUTCMinutes())) {
      return time;
    } else time += MINUTE_MS;
  }
}

function matchesDay(cron: Cron, date: Date): boolean {
  if (!cron.month.has(date.getUTCMonth() + 1)) return false;
  const [day, weekday] = [cron.day.has(date.getUTCDate()), cron.weekday.has(date.getUTCDay())];
  return cron.eitherDay ? day || weekday : day && weekday;
}

/** `*`, `5`, `1-5`, a step on either (`5-59/15`, `10/5`, `8-18/2`), and lists of all these. */
function parseField(text: string, low: number, high: number): Set<number> {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const [, range, from, to, step] = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item) ?? [];
    const first = Number(from ?? low);
    const last = Number(to ?? (range === "*" || step ? high : first));
    if (!range || first < low || last > high || last < first || step === "0") {
      throw new SyntaxError(`"${item}" is not in ${low}-${high}`);
    }
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}
