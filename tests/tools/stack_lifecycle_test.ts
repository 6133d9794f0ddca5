/** How a stack begins and ends, and what it leaves behind: nothing. See tools/local-stack/stack.ts and child_process.ts. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { basename, dirname, join } from "node:path";
import postgres from "postgres";
import { REPOSITORY } from "../../tools/local-stack/project.ts";
import { startStack } from "../../tools/local-stack/stack.ts";
import {
  client,
  descendants,
  lives,
  makeProject,
  QUIET,
  signUp,
  steps,
  until,
  withStack,
} from "./stack_support.ts";

const FILES = {
  "migrations/20260101000000_notes.sql": "create table public.notes (id integer primary key);",
  "functions/hello/index.ts": `Deno.serve(() => new Response("hello"));`,
};

Deno.test("two throw-away stacks run side by side", async (t) => {
  await withStack(FILES, async (one) => {
    await withStack(FILES, async (two) => {
      await steps(t)("each has its own data and keys", async () => {
        assertEquals((await client(one, "secret").from("notes").insert({ id: 1 })).error, null);
        assertEquals((await client(two, "secret").from("notes").select()).data, []);
        assertNotEquals(one.env.SUPABASE_SECRET_KEY, two.env.SUPABASE_SECRET_KEY);
      });
    });
  });
});

Deno.test("a migration that fails is named, with its line, and the stack is stopped", async () => {
  await using project = await makeProject({
    "migrations/1_fine.sql": "create table public.a (id integer);",
    "migrations/2_wrong.sql": "create table public.b (id integer);\nselect nonsense;",
  });
  const error = await assertRejects(() =>
    startStack({ ...QUIET, project: project.directory })
  ) as Error;
  assertMatch(error.message, /2_wrong\.sql.*"nonsense" does not exist \(line 2\)/);
});

// The child prints its directory and the processes it started, and is killed while it runs.
const CHILD = `
import { startStack } from ${
  JSON.stringify(import.meta.resolve("../../tools/local-stack/stack.ts"))
};
const [project, dir] = Deno.args;
const stack = await startStack({ api: 0, db: 0, qstash: 0, project, dir, onLog() {} });
console.log(JSON.stringify(stack.env));
`;

async function killedStack(project: string, dir?: string) {
  const script = join(project, "child.ts");
  await Deno.writeTextFile(script, CHILD);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--allow-all", "--config", join(REPOSITORY, "deno.json")],
      ...[script, project, ...(dir === undefined ? [] : [dir])],
    ],
    cwd: REPOSITORY, // whose node_modules the stack uses
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const env = JSON.parse((await reader.read()).value ?? "null");
  const started = await descendants(child.pid);
  const sql = postgres(env.DATABASE_URL, { max: 1 });
  const [row] = await sql`show data_directory`;
  await sql.end();
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  return { env, started, data: row!.data_directory as string };
}

Deno.test("nothing is left of a stack whose process is killed", async () => {
  await using project = await makeProject(FILES);
  const { started, data } = await killedStack(project.directory);
  // Two shells, Postgres with its own processes, the function.
  assert(started.length >= 8, `${started.length} processes`);
  for (const pid of started) await until(`${pid} has ended`, async () => !await lives(pid));
  assertMatch(basename(dirname(data)), /^vision-board-stack-/);
  await until(
    "its directory is gone",
    () => Deno.stat(dirname(data)).then(() => false, () => true),
  );
});

Deno.test("a kept stack has its data, keys and sessions again after a stop, and after a kill", async (t) => {
  await using project = await makeProject(FILES);
  const dir = join(project.directory, "kept");
  const step = steps(t);
  const options = { ...QUIET, project: project.directory, dir };
  const port = 20_000 + Deno.pid % 10_000; // tokens name the URL, so it must stay the same
  let session = { access_token: "", refresh_token: "" };

  await step("it runs, and is stopped", async () => {
    const stack = await startStack({ ...options, api: port });
    await client(stack, "secret").from("notes").insert({ id: 1 });
    const admin = client(stack, "secret").storage;
    await admin.createBucket("files");
    await admin.from("files").upload("a.txt", "kept");
    session = (await signUp(stack)).session;
    await stack.stop();
    assert(await Deno.stat(join(dir, "postgres/PG_VERSION")));
  });

  await step("its keys are for nobody else to read", async () => {
    assertEquals((await Deno.stat(join(dir, "keys.json"))).mode! & 0o777, 0o600);
  });

  await step("after a stop everything is there, and a new migration is applied", async () => {
    await Deno.writeTextFile(
      join(project.directory, "supabase/migrations/20260102000000_more.sql"),
      "alter table public.notes add column body text default 'new';",
    );
    const stack = await startStack({ ...options, api: port });
    const ava = client(stack);
    assertEquals((await ava.auth.setSession(session)).error, null);
    assertEquals((await ava.from("notes").select()).data, [{ id: 1, body: "new" }]);
    const { data } = await client(stack, "secret").storage.from("files").download("a.txt");
    assertEquals(await data?.text(), "kept");
    await stack.stop();
  });

  await step("after a kill it starts again", async () => {
    const { env } = await killedStack(project.directory, dir);
    const stack = await startStack(options);
    assertEquals(stack.env.SUPABASE_SECRET_KEY, env.SUPABASE_SECRET_KEY);
    assertEquals((await client(stack, "secret").from("notes").select("id")).data, [{ id: 1 }]);
    const sql = postgres(stack.env.DATABASE_URL, { max: 1 });
    assertEquals((await sql`select from supabase_migrations.schema_migrations`).length, 2);
    await sql.end();
    await stack.stop();
  });

  await step(
    "a database that has a migration the project lacks is refused, not guessed at",
    async () => {
      await Deno.remove(join(project.directory, "supabase/migrations/20260102000000_more.sql"));
      const error = await assertRejects(() => startStack(options)) as Error;
      assertMatch(error.message, /lacks \(20260102000000\): bring the files back, or remove/);
    },
  );
});
