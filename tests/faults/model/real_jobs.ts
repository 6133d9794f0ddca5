/** Runs the commands on the real database. */
import postgres from "postgres";
import {
  changes,
  type Command,
  LEASE,
  MAX_ACTIVE,
  MAX_ATTEMPTS,
  MAX_DAILY,
  SILENCE,
  TTL_DAYS,
  type Waiting,
} from "./commands.ts";
import { bodies, bodyName, Labels, type People, type RawTables, type Tables } from "./labels.ts";
import { helpers } from "./sql_helpers.ts";

/**
 * A connection with people of its own, so that it never waits for another's locks. Every sequence runs in
 * a transaction that is rolled back.
 */
export class Connection {
  private sequences = 0;

  private constructor(private sql: postgres.Sql, private people: People) {}

  static async open(url: string): Promise<Connection> {
    const sql = postgres(url, { max: 1, onnotice() {} });
    await sql.unsafe(helpers);
    return new Connection(sql, await addPeople(sql));
  }

  async rolledBack(sequence: (jobs: RealJobs) => Promise<void>) {
    const { sql } = this;
    await Promise.all([sql`begin`, sql`set local role service_role`]);
    try {
      await sequence(new RealJobs(sql, this.people));
    } finally {
      await sql`rollback`;
    }
    // rolled-back rows are still in the tables' files, and every scan reads them
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

/** The database's jobs in one transaction. now() stands still in it. */
export class RealJobs {
  private now = 0;
  private labels: Labels;

  constructor(private sql: postgres.Sql, private people: People) {
    this.labels = new Labels(people);
  }

  /** Executes a command and reads the tables after it, in one round trip. */
  async run(command: Command): Promise<{ answer: unknown; tables: Tables }> {
    if (command.command === "time passes") this.now += command.seconds;
    const answer = this.execute(command);
    const read = this.one<RawTables>(this.sql`select pg_temp.tables(${this.now}) as value`);
    const [answered, tables] = await Promise.all([answer, read]);
    return { answer: answered, tables: this.labels.relabel(tables) };
  }

  private execute(command: Command): Promise<unknown> {
    const { sql, labels } = this;
    const id = labels.real("job" in command ? command.job : "none");
    const token = labels.real("token" in command ? command.token : "none");
    switch (command.command) {
      case "create":
        return this.create(command);
      case "record dispatch":
        return this.one(sql`
          select public.record_vision_board_dispatch(${id}, ${command.number}, ${command.message}) as value`);
      case "claim":
        return this.claim(command);
      case "complete":
        return this.one(sql`
          select public.complete_vision_board_job(
            ${id}, ${token}, ${`${id}/${token}.jpg`}, ${`signed ${command.token}`}) as value`);
      case "release":
        return this.one(sql`select public.release_vision_board_job(${id}, ${token}) as value`);
      case "fail":
        return this.one(sql`
          select public.fail_vision_board_job(${id}, ${token}, 'misconfigured', 'cannot') as value`);
      case "give up":
        return this.one(sql`
          select public.give_up_vision_board_job(
            ${id}, ${command.code}, ${command.message}) as value`);
      case "sweep":
        return this.sweep();
      case "list removable":
        return this.listRemovable();
      case "forget":
        return this.one(sql`
          select nullif(public.forget_vision_boards(${
          command.paths.map(labels.real)
        })::text, '') as value`);
      case "time passes":
        return this.one(sql`
          select nullif(pg_temp.time_passes(${command.seconds})::text, '') as value`);
      case "delete":
        return this.one(
          sql`select pg_temp.delete_as(${this.people.byName[command.by].id}, ${id}) as value`,
        );
      case "by hand":
        return this.one(sql`
          select pg_temp.by_hand(${id}, ${command.changes.map((name) => changes[name])}) as value`);
    }
  }

  private async create(command: Extract<Command, { command: "create" }>) {
    const { sql, labels, now } = this;
    const { id, email } = this.people.byName[command.who];
    const { goals, theme } = bodies[command.body];
    const [row] = await sql`
      select outcome, id, retry_after as "retryAfter", pg_temp.at(${now}, created_at) as "createdAt",
        pg_temp.at(${now}, expires_at) as "expiresAt"
      from public.create_vision_board_job(${id}, ${email}, ${sql.json(goals)}, null, null, ${theme},
        ${command.key}, ${MAX_ACTIVE}, ${MAX_DAILY}, ${TTL_DAYS})`;
    const { outcome, id: job, retryAfter, ...times } = row!;
    if (outcome === "created") labels.addJob(job);
    return job ? { outcome, job: labels.job(job), ...times } : { outcome, retryAfter };
  }

  private async claim(command: Extract<Command, { command: "claim" }>) {
    const { sql, labels, now } = this;
    const [row] = await sql`
      select outcome, retry_after as "retryAfter", lease_token, attempt, path, goals, theme,
        pg_temp.at(${now}, created_at) as "createdAt", pg_temp.at(${now}, expires_at) as "expiresAt"
      from public.claim_vision_board_job(${labels.real(command.job)}, ${LEASE}, ${MAX_ATTEMPTS},
        ${command.number}, ${command.message})`;
    const { outcome, retryAfter, lease_token, attempt, path, goals, theme, ...times } = row!;
    if (outcome !== "claimed") return retryAfter ? { outcome, retryAfter } : { outcome };
    labels.addAttempt(command.job, attempt, lease_token);
    const given = { token: labels.label(lease_token), attempt, path: labels.label(path) };
    return { outcome, ...given, body: bodyName(goals, theme), ...times };
  }

  private async sweep(): Promise<Waiting[]> {
    const rows = await this.sql`
      select job_id, dispatch_count as dispatches, waiting_message_id as message
      from public.sweep_vision_board_jobs(make_interval(secs => ${SILENCE}), 100)`;
    return rows.map(({ job_id, dispatches, message }) => ({
      job: this.labels.job(job_id),
      dispatches,
      message,
    })).sort((a, b) => a.job - b.job);
  }

  private async listRemovable(): Promise<string[]> {
    const rows = await this.sql`select path from public.list_removable_vision_boards() as path`;
    return rows.map(({ path }) => this.labels.label(path)).sort();
  }

  /** The single value, called `value`. */
  private async one<T>(query: PromiseLike<postgres.Row[]>): Promise<T> {
    const [row] = await query;
    return row!.value;
  }
}
