/** npm run deploy against a project on loopback, through the real CLI. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import postgres from "postgres";
import { type Database, startDatabase } from "../../tools/local-stack/supabase/provision.ts";
import { readHostedProject } from "../../tools/commands/lib/hosted_project.ts";
import { test } from "../support/test_stack.ts";
import { type ManagementApi, startManagementApi } from "./support/management_api.ts";

const root = new URL("../..", import.meta.url).pathname;
const functions = ["create-job", "fail-job", "process-job", "sweep-jobs"];
const token = "eyJVc2VySUQiOiJhIn0= $HOME #'\"\\";

let api: ManagementApi;
let database: Database;
let directory: string;

Deno.test.beforeAll(async () => {
  directory = await Deno.makeTempDir();
  database = await startDatabase({ project: directory }); // without migrations
  api = await startManagementApi();
});
Deno.test.afterAll(async () => {
  await api.stop();
  await database.stop();
  await Deno.remove(directory, { recursive: true });
});

/** A complete file; `undefined` takes a variable out. */
const complete = (): Record<string, string | undefined> => ({
  QSTASH_URL: "https://qstash.supabase.invalid",
  QSTASH_TOKEN: "qstash-token-0123456789",
  QSTASH_CURRENT_SIGNING_KEY: "sig_current",
  QSTASH_NEXT_SIGNING_KEY: "sig_next",
  FUNCTIONS_URL: `${api.projectUrl}/functions/v1`,
});

/** Where migrations go. Its server speaks no TLS. */
const SUPABASE_DB_URL = () => `${database.url}?sslmode=disable`;

async function envFile(changes: Record<string, string | undefined> = {}): Promise<string> {
  const lines = Object.entries({ ...complete(), ...changes })
    .filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
  const file = `${directory}/${crypto.randomUUID()}.env`;
  await Deno.writeTextFile(file, `\ufeff${lines.join("\r\n")}`); // as Windows' Notepad does
  return file;
}

/** Runs the command off a terminal, with nothing in its environment but what is given. */
async function deploy(args: string[], env: Record<string, string> = api.env) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "tools/commands/deploy.ts", ...args],
    cwd: root,
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH")!, HOME: directory, ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(!text.includes("qstash-token"), "a secret was printed");
  return { code, text };
}

/** QStash takes schedules; what a test answers comes first. */
function answer(own: (method: string, url: URL) => Response | undefined = () => undefined) {
  api.requests.length = 0;
  api.answer = (method, url) =>
    own(method, url) ??
      (url.pathname.startsWith("/v2/schedules/")
        ? Response.json({ scheduleId: "sweep" })
        : undefined);
}

const problemsOf = async (changes: Record<string, string | undefined>) =>
  (await readHostedProject(await envFile(changes))).problems.join("\n");

test("in a clean clone with an empty environment, a dry run names everything missing at once", async () => {
  const { code, text } = await deploy(["--dry-run"], {});
  assertEquals(code, 1);
  const missing = ["The project is not known", "You are not logged in", "QSTASH_URL is not set"];
  const keys = ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"];
  for (const part of [...missing, ...keys.map((key) => `${key} is not set`)]) {
    assertStringIncludes(text, part);
  }
});

test("a function, the secrets and the schedule fail by name, and the others get their result", async () => {
  answer((method, { pathname, searchParams, hostname }) => {
    if (searchParams.get("slug") === "fail-job") {
      return Response.json({ message: "Failed to bundle the function" }, { status: 500 });
    }
    if (method === "POST" && pathname.endsWith("/secrets")) {
      return Response.json({ message: "Secret name QSTASH_URL is refused" }, { status: 400 });
    }
    if (hostname.startsWith("qstash.")) {
      return Response.json({ error: "invalid token" }, { status: 401 });
    }
  });
  const { code, text } = await deploy([await envFile({ SUPABASE_DB_URL: SUPABASE_DB_URL() })]);
  assertEquals(code, 1, text);
  assertMatch(text, /✗ Function fail-job[^✓✗]*500[^✓✗]*Failed to bundle[^✓✗]*Try again/, text);
  assertMatch(text, /npx supabase functions deploy fail-job --use-api --remote=[a-z]{20} --yes/);
  assertMatch(text, /✗ Secrets[^✓✗]*Secret name QSTASH_URL is refused/);
  assertMatch(text, /✗ Schedule of the sweep[^✓✗]*invalid token/);
  assertMatch(text, /Failed: Secrets; Function fail-job; Schedule of the sweep\./);
  for (const done of ["Migrations", "Buckets", "Function process-job", "Function sweep-jobs"]) {
    assertStringIncludes(text, `✓ ${done}`);
  }
  assertEquals([...api.functions.keys()], functions.filter((name) => name !== "fail-job"));
});

test("again, it deploys all of it: migrations, buckets, secrets, functions, the schedule", async () => {
  let cron: string | null | undefined;
  api.requests.length = 0;
  api.answer = (_, { pathname }, { headers }) => {
    if (!pathname.startsWith("/v2/schedules/")) return;
    cron ??= headers.get("upstash-cron");
    return Response.json({ scheduleId: "sweep" });
  };
  const file = await envFile({
    PEXELS_API_KEY: "",
    MY_OWN: `"${token.replaceAll('"', "")}"`,
    SUPABASE_DB_URL: SUPABASE_DB_URL(),
    SWEEP_CRON: "* * * * *",
  });
  const { code, text } = await deploy([file]);
  assertMatch(text, /✓ Function sweep-jobs[^✗]*✓ Schedule of the sweep/, text);
  // the doctor comes last: what was deployed here does not run
  assertMatch(text, /^Functions\n✗ create-job +is not deployed/m);
  assertEquals(code, 1);
  assert(!/warn|deprecated/i.test(text), text);
  const own = token.replaceAll('"', "");
  assertEquals(Object.fromEntries(api.secrets), { ...complete() as object, MY_OWN: own });
  assertEquals([...api.functions.keys()].sort(), functions);
  for (const { metadata } of api.functions.values()) assertEquals(metadata.verify_jwt, false);
  assert(api.buckets.get("board-assets")!.objects.size > 1);
  assertEquals(cron, "* * * * *");
  assert(
    api.requests.some((r) => r.endsWith(`/v2/schedules/${api.projectUrl}/functions/v1/sweep-jobs`)),
  );
  const sql = postgres(database.url, { max: 1 });
  const [row] = await sql`select count(*)::int from supabase_migrations.schema_migrations`;
  await sql.end();
  assertEquals(row!.count, [...Deno.readDirSync(`${root}supabase/migrations`)].length);
});

test("as the CLI uploads them, the functions stay within the platform's limits", () => {
  for (const [name, { size }] of api.functions) {
    const limit = name === "process-job" ? 2_000_000 : 300_000;
    assert(size <= limit, `${name}: ${size} bytes of ${limit}`);
  }
  return Promise.resolve();
});

test("migrations that fail end it, and say what to try", async () => {
  answer((_, { pathname }) =>
    pathname.endsWith("/login-role")
      ? Response.json({ message: "permission denied to alter role" }, { status: 400 })
      : undefined
  );
  const { code, text } = await deploy([await envFile()]);
  assertEquals(code, 1);
  assertMatch(text, /✗ Migrations[^✓]*permission denied[^✓]*SUPABASE_DB_URL/, text);
  assertMatch(text, /Failed: Migrations\./);
  assert(!api.requests.some((r) => r.startsWith("POST") && !r.endsWith("/login-role")));
});

test("without a login, or with another account's project, nothing is changed", async () => {
  answer();
  const { SUPABASE_ACCESS_TOKEN: _, ...withoutLogin } = api.env;
  const unknown = { ...api.env, SUPABASE_ACCESS_TOKEN: `sbp_${"a".repeat(40)}` };
  const said = [/You are not logged in: npx supabase login/, /401[^]*Log in again/];
  for (const [i, env] of [withoutLogin, unknown].entries()) {
    const { code, text } = await deploy([await envFile()], env);
    assertEquals(code, 1);
    assertMatch(text, said[i]!);
  }
  assert(api.requests.every((r) => r.startsWith("GET")), api.requests.join("\n"));
});

test("a dry run prints the commands and changes nothing", async () => {
  answer();
  const { code, text } = await deploy([await envFile(), "--dry-run"]);
  assertEquals(code, 0, text);
  for (const name of functions) {
    const command = `npx supabase functions deploy ${name} --use-api --remote=${api.ref} --yes`;
    assertStringIncludes(text, command);
  }
  assert(api.requests.every((r) => r.startsWith("GET")), api.requests.join("\n"));
});

test("what is left of the example, empty, malformed or misspelt is named, without its value", async () => {
  const faults: [Record<string, string | undefined>, RegExp][] = [
    [
      { FUNCTIONS_URL: "https://<ref>.supabase.co/functions/v1" },
      /FUNCTIONS_URL is still the example/,
    ],
    [{ FUNCTIONS_URL: "https://your-project.supabase.co" }, /FUNCTIONS_URL is still the example/],
    [{ QSTASH_TOKEN: "..." }, /QSTASH_TOKEN is still the example/],
    [{ QSTASH_TOKEN: "[YOUR-TOKEN]" }, /QSTASH_TOKEN is still the example/],
    [{ FUNCTIONS_URL: "https://short.supabase.co/functions/v1" }, /The project is not known/],
    [{ FUNCTIONS_URL: api.projectUrl }, /FUNCTIONS_URL must end with \/functions\/v1/],
    [{ FUNCTIONS_URL: `${api.projectUrl}/functions/v1/sweep-jobs` }, /FUNCTIONS_URL must end with/],
    [{ SUPABASE_DB_URL: "postgresql://a:[YOUR-PASSWORD]@b/c" }, /SUPABASE_DB_URL is still the ex/],
    [{ SUPABASE_DB_URL: "postgresql://a:hunter2#@b:1/c" }, /SUPABASE_DB_URL must be a URL/],
    [{ QSTASH_TOKEN: "" }, /QSTASH_TOKEN is not set/],
    [{ QSTASH_URL: undefined }, /QSTASH_URL is not set/],
    [{ QSTASH_URL: "qstash.upstash.io" }, /QSTASH_URL must be a URL/],
    [{ QSTASH_URL: "http://127.0.0.1:8080" }, /QSTASH_URL must start with https/],
    [{ FUNCTIONS_URL: "http://hunter2.example" }, /FUNCTIONS_URL must start with https/],
    [{ FUNCTIONS_URL: "https://boards.example/functions/v1" }, /The project is not known/],
    [{ SUPABASE_PROJECT_ID: "z".repeat(20) }, /name two projects/],
    [{ MAX_DAILY_JOBS: "hunter2" }, /MAX_DAILY_JOBS must be a whole number/],
    [{ BOARD_PICTURES: "stock" }, /PEXELS_API_KEY is not set/],
    [{ BOARD_PICTURES: "ai" }, /IMAGE_MODEL is not set[^]*OPENAI_API_KEY is not set/],
    [{ QSTASH_NEXT_SIGNING_KEYS: "a" }, /Did you mean QSTASH_NEXT_SIGNING_KEY\?/],
    [{ ALLOW_GUEST: "true" }, /Did you mean ALLOW_GUESTS\?/],
    [{ supabase_access_token: "a" }, /Did you mean SUPABASE_ACCESS_TOKEN\?/],
  ];
  for (const [changes, expected] of faults) {
    const problems = await problemsOf(changes);
    assertMatch(problems, expected);
    assert(!problems.includes("hunter2"), problems);
  }
  assertEquals(await problemsOf({ MY_OWN: "<anything>", SUPABASE_URL: "https://x.example" }), "");
});

test("every npm script but the tests runs in cmd.exe", async () => {
  const { scripts } = JSON.parse(await Deno.readTextFile(`${root}package.json`));
  for (const [name, script] of Object.entries<string>(scripts)) {
    if (name.startsWith("test")) continue;
    // no variables, no quotes, no `exec`, no program with slashes in its path
    for (const part of script.split(" && ")) assertMatch(part, /^deno run [\w ./-]+$/, name);
  }
});

test("preview branches get no local address and no unconfirmed sign-up from config.toml", async () => {
  const text = await Deno.readTextFile(`${root}supabase/config.toml`);
  const settings = text.replaceAll(/#.*$/gm, "");
  assert(!/127\.0\.0\.1|localhost|site_url|enable_confirmations|autoconfirm/.test(settings));
});
