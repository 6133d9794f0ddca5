/** What reads cost while the table grows, for an owner of few rows and for one of many. */
import type { Sql, TransactionSql } from "postgres";
import { type Cursor, listBoards, readBoard } from "../../web/src/vision_boards.ts";
import { addHelpless, type BenchStack, fill, giveRows, jobsOn, LIMITS } from "./bench_stack.ts";
import { copyToSeed, createSeedTable, openStack, sampleRequest, SEED } from "./bench_stack.ts";
import { type Bench, newTable, short, takeTurns, timed, upToTen } from "./rounds.ts";

type Turns = Record<string, () => Promise<{ ms: number }>>;
type Person = Awaited<ReturnType<BenchStack["signUp"]>>;

/** An owner, and where the second page of their boards begins. */
type Owner = Person & { cursor: Cursor };

const OURS = "public.vision_board_jobs";

export async function measure(bench: Bench) {
  const stack = await openStack(bench);
  await createSeedTable(stack.sql);
  const [ordinary, large] = [await stack.signUp(), await stack.signUp()];
  await giveRows(stack.sql, ordinary, { from: 0, to: 30, among: bench.rows[0]! });

  const tables = KINDS.map(({ id, title, note }) => newTable(title, note, id));
  let [rows, owned] = [0, 0];
  for (const size of bench.rows) {
    const own = Math.min(10_000, size / 10);
    await giveRows(stack.sql, large, { from: owned, to: own, among: size });
    await fill(stack, bench, [rows, size]);
    if (rows === 0) await addHelpless(stack.sql, { outbox: 50 }); // as many are running at any size
    await copyToSeed(stack.sql, bench);
    [rows, owned] = [size, own];
    const owners = {
      "owner of 30": await withCursor(ordinary),
      "owner of 10,000": await withCursor(large),
    };
    for (const [i, { title, turns }] of KINDS.entries()) {
      const column = `${short(size)} rows`;
      const ms = [tables[i]!, column] as const;
      await takeTurns(bench, `${column}: ${title}`, await turns(stack, owners), { ms });
    }
  }
  return tables;
}

async function withCursor(person: Person): Promise<Owner> {
  const { next } = await listBoards(person.supabase);
  if (!next) throw new Error("An owner has no second page.");
  return { ...person, cursor: next };
}

type Owners = Record<string, Owner>;

/** The same turns for each of the owners. */
const forEach = (owners: Owners, turns: (owner: Owner) => Turns): Turns =>
  Object.fromEntries(
    Object.entries(owners).flatMap(([who, owner]) =>
      Object.entries(turns(owner)).map(([what, turn]) => [`${what}, ${who}`, turn])
    ),
  );

const EXPLAINED = "Planning and execution in ms, as `explain analyze` has them; a turn is the " +
  "median of up to 10.";

/** Each is a table; its turns are made anew for each size. */
const KINDS: {
  id: string;
  title: string;
  note: string;
  turns(stack: BenchStack, owners: Owners): Turns | Promise<Turns>;
}[] = [
  {
    id: "reads_own",
    title: "Own boards, SQL under row-level security",
    note:
      `${EXPLAINED} The owner of 10,000 has a tenth of a table of less than 100,000. The seed's ` +
      "table has the column and the policies that its document has as comments.",
    turns: ({ sql }, owners) =>
      forEach(owners, ({ id, email, cursor: { created_at: at, id: last } }) => {
        const claims = { sub: id, email, role: "authenticated" };
        const ask = (query: string) => explained(sql, claims, query);
        return {
          "newest 20": ask(`${OURS} order by created_at desc limit 20`),
          "next page": ask(
            `${OURS} where created_at <= '${at}' and (created_at < '${at}' or id < '${last}')
             order by created_at desc, id desc limit 13`,
          ),
          "failed": ask(`${OURS} where status = 'failed' order by created_at desc limit 20`),
          "the seed's newest 20": ask(`${SEED} order by created_at desc limit 20`),
        };
      }),
  },
  {
    id: "reads_rest",
    title: "Own boards, through the local REST gateway",
    note:
      "From request to answer in ms, as web/src/vision_boards.ts asks; a turn is the median of " +
      'up to 10; "too long" is an error. The gateway is the local stack\'s, not PostgREST.',
    turns: (_stack, owners) =>
      forEach(owners, ({ supabase, cursor }) => ({
        "newest 12": upToTen(() => timed(() => listBoards(supabase))),
        "next page": upToTen(() => timed(() => listBoards(supabase, { after: cursor }))),
        "by id": upToTen(() => timed(() => readBoard(supabase, cursor.id))),
        "the seed's newest 12": upToTen(async () => {
          let failed = null;
          const table = SEED.replace("public.", "") as "vision_board_jobs";
          const ms = await timed(async () => {
            ({ error: failed } = await supabase.from(table).select()
              .order("created_at", { ascending: false }).limit(12));
          });
          return failed ? Infinity : ms;
        }),
      })),
  },
  {
    id: "reads_service",
    title: "The look-ups of the seed document, as the service role",
    note: EXPLAINED,
    turns: async ({ sql }) => {
      const [known] = await sql`
        select email, qstash_message_id as message from public.vision_board_jobs
        where status = 'complete' order by created_at desc limit 1`;
      const { email, message } = known!;
      const lookUps = {
        "pending and processing": "status in ('pending', 'processing')",
        "50 failed": "status = 'failed' limit 50",
        "by email": `email = '${email}' and status = 'complete' order by created_at desc`,
        "by QStash message": `qstash_message_id = '${message}'`,
        "100 oldest": "created_at < now() - interval '1 day' order by created_at limit 100",
      };
      const ask = (table: string, where: string) =>
        explained(sql, { role: "service_role" }, `${table} where ${where}`);
      return Object.fromEntries(
        Object.entries(lookUps).flatMap(([name, where]) => [
          [name, ask(OURS, where)],
          [`the seed's ${name}`, ask(SEED, where)],
        ]),
      );
    },
  },
  {
    id: "reads_create",
    title: "Create, in SQL",
    note: "From call to answer in ms, then rolled back; a turn is the median of up to 10.",
    turns: async ({ sql }, owners) => {
      const request = await sampleRequest();
      const goals = JSON.stringify(request.goals);
      return {
        ...forEach(owners, ({ id, email }) => ({
          create: rolledBack(sql, async (sql) => {
            const jobs = await jobsOn(sql);
            const job = { ...request, idempotency_key: crypto.randomUUID() };
            return await timed(() => jobs.create({ user_id: id, email }, job, LIMITS));
          }),
        })),
        "the seed's insert": rolledBack(sql, (sql) =>
          timed(() =>
            sql`
            insert into ${sql(SEED)} (email, goals, status)
            values ('user@example.com', ${goals}::text::jsonb, 'pending') returning id`
          )),
      };
    },
  },
];

/** Turns of the service role, in transactions that leave nothing. */
const rolledBack = (sql: Sql, run: (sql: TransactionSql) => Promise<number>) =>
  upToTen(async () => {
    let ms = Infinity;
    const done = new Error("rolled back");
    await sql.begin(async (transaction) => {
      await transaction`set local role service_role`;
      ms = await run(transaction);
      throw done;
    }).catch((error) => {
      if (error !== done) throw error;
    });
    return ms;
  });

/** Turns of a select, under the role and the other claims of a token. */
const explained = (sql: Sql, claims: { role: string }, from: string) =>
  upToTen(() =>
    sql.begin(async (transaction) => {
      await transaction`
        select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
          set_config('role', ${claims.role}, true)`;
      // "timing off" asks no clock for each row
      const [row] = await transaction.unsafe(
        `explain (analyze, timing off, summary on, format json) select * from ${from}`,
      );
      const [plan] = row!["QUERY PLAN"];
      return plan["Planning Time"] + plan["Execution Time"];
    })
  );
