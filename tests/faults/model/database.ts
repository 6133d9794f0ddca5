/** The model's calls on the real database. */
import postgres from "postgres";
import {
  type Call,
  changes,
  LEASE,
  MAX_ACTIVE,
  MAX_ATTEMPTS,
  MAX_DAILY,
  STALE,
  TTL_DAYS,
  type Waiting,
} from "./calls.ts";
import { bodies, bodyName, Names, type People, type Seen, type Tables } from "./names.ts";
import { helpers } from "./sql.ts";

/**
 * A connection with people of its own, so that it waits for no other's locks. Every sequence is a
 * transaction that is rolled back.
 */
export class Connection {
  private sequences = 0;

  private constructor(private sql: postgres.Sql, private people: People) {}

  static async open(url: string): Promise<Connection> {
    const sql = postgres(url, { max: 1, onnotice() {} });
    await sql.unsafe(helpers);
    return new Connection(sql, await addPeople(sql));
  }

  async rolledBack(sequence: (jobs: Jobs) => Promise<void>) {
    const { sql } = this;
    await Promise.all([sql`begin`, sql`set local role service_role`]);
    try {
      await sequence(new Jobs(sql, this.people));
    } finally {
      await sql`rollback`;
    }
    // what was rolled back is still in the tables' files, and every scan reads it
    if (++this.sequences % 50 === 0) {
      await sql`vacuum public.vision_board_jobs, vision_board.requests, vision_board.unreferenced_boards`;
    }
  }

  close() {
    return this.sql.end();
  }
}

async function addPeople(sql: postgres.Sql): Promise<People> {
  const [ava, ben] = [crypto.randomUUID(), crypto.randomUUID()];
  const byName: People["byName"] = {
    ava: { id: ava, email: `ava-${ava}@model.test` },
    ben: { id: ben, email: `ben-${ben}@model.test` },
    zoe: { id: null, email: `zoe-${ava}@model.test` },
    "guest as ava": { id: null, email: `Ava-${ava}@model.test` },
  };
  const names = new Map([[ava, "ava"], [ben, "ben"]]);
  for (const [who, { id, email }] of Object.entries(byName)) {
    if (id) {
      await sql`insert into auth.users (id, email, email_confirmed_at) values (${id}, ${email}, now())`;
    }
    const [row] = await sql`select vision_board.requester(${id}, ${email}) as requester`;
    names.set(row!.requester, who);
  }
  return { byName, names };
}

/** What the functions do with jobs, in one transaction. now() stands still in it. */
export class Jobs {
  private now = 0;
  private names: Names;

  constructor(private sql: postgres.Sql, private people: People) {
    this.names = new Names(people);
  }

  /** Makes a call and looks at the tables after it, in one round trip. */
  async run(call: Call): Promise<{ answer: unknown; seen: Seen }> {
    if (call.call === "time passes") this.now += call.seconds;
    const answer = this.make(call);
    const looked = this.one<Tables>(this.sql`select pg_temp.seen(${this.now}) as said`);
    const [answered, tables] = await Promise.all([answer, looked]);
    return { answer: answered, seen: this.names.seen(tables) };
  }

  private make(call: Call): Promise<unknown> {
    const { sql, names } = this;
    const id = names.real("job" in call ? call.job : "none");
    const token = names.real("token" in call ? call.token : "none");
    switch (call.call) {
      case "create":
        return this.create(call);
      case "dispatched":
        return this.one(sql`
          select public.record_vision_board_dispatch(${id}, ${call.number}, ${call.message}) as said`);
      case "claim":
        return this.claim(call);
      case "complete":
        return this.one(sql`
          select public.complete_vision_board_job(
            ${id}, ${token}, ${`${id}/${token}.jpg`}, ${`signed ${call.token}`}) as said`);
      case "release":
        return this.one(sql`select public.release_vision_board_job(${id}, ${token}) as said`);
      case "fail":
        return this.one(sql`
          select public.fail_vision_board_job(${id}, ${token}, 'misconfigured', 'cannot') as said`);
      case "end":
        return this.one(sql`
          select public.give_up_vision_board_job(
            ${id}, ${call.code}, 'from outside', ${call.message}) as said`);
      case "sweep":
        return this.sweep();
      case "list removable":
        return this.listRemovable();
      case "forget":
        return this.one(sql`
          select nullif(public.forget_vision_boards(${
          call.paths.map(names.real)
        })::text, '') as said`);
      case "time passes":
        return this.one(sql`
          select nullif(pg_temp.time_passes(${call.seconds})::text, '') as said`);
      case "delete":
        return this.one(
          sql`select pg_temp.delete_as(${this.people.byName[call.by].id}, ${id}) as said`,
        );
      case "by hand":
        return this.one(sql`
          select pg_temp.by_hand(${id}, ${call.changes.map((name) => changes[name])}) as said`);
    }
  }

  private async create(call: Extract<Call, { call: "create" }>) {
    const { sql, names, now } = this;
    const { id, email } = this.people.byName[call.who];
    const { goals, theme } = bodies[call.body];
    const [said] = await sql`
      select outcome, id, retry_after as "retryAfter", pg_temp.at(${now}, created_at) as "createdAt",
        pg_temp.at(${now}, expires_at) as "expiresAt"
      from public.create_vision_board_job(${id}, ${email}, ${sql.json(goals)}, null, null, ${theme},
        ${call.key}, ${MAX_ACTIVE}, ${MAX_DAILY}, ${TTL_DAYS})`;
    const { outcome, id: job, retryAfter, ...times } = said!;
    if (outcome === "created") names.addJob(job);
    return job ? { outcome, job: names.job(job), ...times } : { outcome, retryAfter };
  }

  private async claim(call: Extract<Call, { call: "claim" }>) {
    const { sql, names, now } = this;
    const [said] = await sql`
      select outcome, retry_after as "retryAfter", lease_token, attempt, path, goals, theme,
        pg_temp.at(${now}, created_at) as "createdAt", pg_temp.at(${now}, expires_at) as "expiresAt"
      from public.claim_vision_board_job(${names.real(call.job)}, ${LEASE}, ${call.message},
        ${call.number}, ${MAX_ATTEMPTS})`;
    const { outcome, retryAfter, lease_token, attempt, path, goals, theme, ...times } = said!;
    if (outcome !== "claimed") return retryAfter ? { outcome, retryAfter } : { outcome };
    names.addAttempt(call.job, attempt, lease_token);
    const given = { token: names.name(lease_token), attempt, path: names.name(path) };
    return { outcome, ...given, body: bodyName(goals, theme), ...times };
  }

  private async sweep(): Promise<Waiting[]> {
    const rows = await this.sql`
      select job_id, dispatch_count as dispatches, waiting_message_id as message
      from public.sweep_vision_board_jobs(100, make_interval(secs => ${STALE}))`;
    return rows.map(({ job_id, dispatches, message }) => ({
      job: this.names.job(job_id),
      dispatches,
      message,
    })).sort((a, b) => a.job - b.job);
  }

  private async listRemovable(): Promise<string[]> {
    const rows = await this.sql`select path from public.list_removable_vision_boards() as path`;
    return rows.map(({ path }) => this.names.name(path)).sort();
  }

  /** The single value, called `said`. */
  private async one<T>(query: PromiseLike<postgres.Row[]>): Promise<T> {
    const [row] = await query;
    return row!.said;
  }
}
