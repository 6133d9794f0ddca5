/**
 * Cron expressions as QStash takes them: five fields, evaluated in UTC or in the zone of a leading
 * `CRON_TZ=Europe/Berlin`. A minute matches if its wall clock does, so that a time which daylight
 * saving skips does not fire that day and one that it repeats fires twice.
 *
 * @see https://upstash.com/docs/qstash/features/schedules
 */
export interface Cron {
  /** As given. */
  source: string;
  timeZone: string;
  minute: ReadonlySet<number>;
  hour: ReadonlySet<number>;
  day: ReadonlySet<number>;
  month: ReadonlySet<number>;
  /** 0 is Sunday. */
  weekday: ReadonlySet<number>;
  /** Cron's old rule: with both days restricted, either suffices. */
  eitherDay: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** 29 February can be eight years away (2096 to 2104). */
const HORIZON_MS = 9 * 366 * 24 * HOUR_MS;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/**
 * Parses an expression.
 *
 * @throws {SyntaxError} saying which part is wrong, also for a time that never comes (30 February)
 */
export function parseCron(source: string): Cron {
  const [, zone, rest] = /^\s*(?:CRON_TZ=(\S+)\s+)?(.*?)\s*$/.exec(source) ?? [];
  const fields = (rest ?? "").split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  if (fields.length !== 5 || !minute || !hour || !day || !month || !weekday) {
    throw new SyntaxError(`expected 5 fields, got ${rest ? fields.length : 0}`);
  }
  const weekdays = parseField(weekday, 0, 7, WEEKDAYS, 0);
  if (weekdays.delete(7)) weekdays.add(0);
  const cron: Cron = {
    source,
    timeZone: checkZone(zone ?? "UTC"),
    minute: parseField(minute, 0, 59),
    hour: parseField(hour, 0, 23),
    day: parseField(day, 1, 31),
    month: parseField(month, 1, 12, MONTHS, 1),
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
    const clock = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(cron.timeZone);
    const toNextHour = (60 - clock.minute) * MINUTE_MS;
    if (!matchesDay(cron, clock)) {
      // Only to 21 o'clock: the clock may be put forward by up to two hours on the way.
      time += toNextHour + Math.max(0, 20 - clock.hour) * HOUR_MS;
    } else if (!cron.hour.has(clock.hour)) {
      time += toNextHour;
    } else if (!cron.minute.has(clock.minute)) {
      time += MINUTE_MS;
    } else {
      return time;
    }
  }
  return undefined;
}

function matchesDay(cron: Cron, clock: Temporal.ZonedDateTime): boolean {
  if (!cron.month.has(clock.month)) return false;
  const [day, weekday] = [cron.day.has(clock.day), cron.weekday.has(clock.dayOfWeek % 7)];
  return cron.eitherDay ? day || weekday : day && weekday;
}

/**
 * `*`, `5`, `1-5`, a step on either (`5-59/15`, `10/5`, `8-18/2`), names, and lists of all these.
 */
function parseField(text: string, low: number, high: number, names: string[] = [], base = 0) {
  const values = new Set<number>();
  const number = (token: string): number => {
    const named = names.indexOf(token.toLowerCase());
    const value = named >= 0 ? named + base : /^\d+$/.test(token) ? Number(token) : NaN;
    if (!(value >= low && value <= high)) {
      throw new SyntaxError(`"${token}" is not in ${low}-${high}`);
    }
    return value;
  };
  for (const item of text.split(",")) {
    const [, range, from, to, step] = /^(\*|([^-/]+)(?:-([^-/]+))?)(?:\/(\d+))?$/.exec(item) ?? [];
    if (range === undefined) throw new SyntaxError(`"${item}" is not a field`);
    const first = from === undefined ? low : number(from);
    const last = to !== undefined ? number(to) : from === undefined || step ? high : first;
    const stride = step === undefined ? 1 : Number(step);
    if (stride < 1 || last < first) throw new SyntaxError(`"${item}" is empty`);
    for (let value = first; value <= last; value += stride) values.add(value);
  }
  return values;
}

function checkZone(zone: string): string {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return zone;
  } catch {
    throw new SyntaxError(`unknown time zone "${zone}"`);
  }
}
