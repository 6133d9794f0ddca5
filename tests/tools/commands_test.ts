/** npm start, demo and board as people run them: processes, terminals, ports, signals. */
import { Buffer } from "node:buffer";
import { parseEnv } from "node:util";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { freePort } from "../../tools/local-stack/postgres.ts";
import { test, until } from "../support/test_stack.ts";
import { descendants, lives } from "./stack_support.ts";

const root = new URL("../..", import.meta.url).pathname;
const anyPort = { API_PORT: "0", DB_PORT: "0", QSTASH_PORT: "0", WEB_PORT: "0" };

/** Starts a command of tools/commands in a process of its own. */
function run(command: string, args: string[], env: Record<string, string> = {}) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", `tools/commands/${command}.ts`, ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const read = [child.stdout, child.stderr].map((stream) =>
    stream.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (chunk) => void (text += chunk) }),
    )
  );
  return {
    pid: child.pid,
    output: () => text,
    /** The exit code, when all output is read. */
    ended: Promise.all([child.status, ...read]).then(([{ code }]) => code),
    kill: (signal: Deno.Signal) => {
      try {
        child.kill(signal);
      } catch { /* it has ended */ }
    },
  };
}

/** A directory that others may enter: as root, Postgres runs as another user. */
async function makeDirectory(mode = 0o755) {
  const path = await Deno.makeTempDir();
  await Deno.chmod(path, mode);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Runs `npm start` on a fresh directory, or a kept one, until the end of the block. */
async function start(env: Record<string, string>, kept?: string) {
  const parent = await makeDirectory();
  const dir = kept ?? `${parent.path}/kept`;
  const command = run("start", ["--dir", dir], env);
  return {
    ...command,
    dir,
    /** The last line of what it prints about itself. */
    ready: () => until(() => /Ctrl-C stops everything/.test(command.output()), 30),
    readEnv: async () =>
      parseEnv(await Deno.readTextFile(`${dir}/stack.env`)) as Record<string, string>,
    [Symbol.asyncDispose]: async () => {
      command.kill("SIGINT");
      await command.ended;
      await parent[Symbol.asyncDispose]();
    },
  };
}

/** The page's URL, as `npm start` prints it. */
const frontend = (output: string) => output.match(/Frontend +(http\S+)/)![1]!;

/** A client with the publishable key. */
const client = (env: Record<string, string>, headers: Record<string, string> = {}) =>
  createClient(env.SUPABASE_URL!, env.SUPABASE_PUBLISHABLE_KEY!, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers },
  });

/** A client whose new user is signed in. */
async function signUp(env: Record<string, string>) {
  const supabase = client(env);
  const credentials = { email: "ava@example.com", password: "correct horse battery" };
  const { data } = await supabase.auth.signUp(credentials);
  return { supabase, token: data.session!.access_token };
}

const createJob = (supabase: ReturnType<typeof client>) =>
  supabase.functions.invoke("create-job", { body: { goals: ["Keep going"] } });

/** Width and height from the frame header. */
function jpegSize(bytes: Uint8Array): number[] {
  const frame = /^ffd8(?:..)*?ffc[0-2]001108(....)(....)/;
  const [, height, width] = Buffer.from(bytes).toString("hex").match(frame)!;
  return [parseInt(width!, 16), parseInt(height!, 16)];
}

const noneLives = async (pids: number[]) => !(await Promise.all(pids.map(lives))).some(Boolean);

test("npm run demo shows the stages and the row, and writes a board of 1080 by 1350", async () => {
  await using directory = await makeDirectory();
  const out = `${directory.path}/board.jpg`;
  const goals = ["Run a marathon", "Learn Spanish"];
  const demo = run("demo", [...goals, "--out", out, "--name", "Zoë", "--theme", "dark"]);
  assertEquals(await demo.ended, 0, demo.output());
  const stages = ["Signed up", "Created job", "drawing the board", "Complete"];
  for (const part of [...stages, JSON.stringify(goals), "Zoë"]) {
    assertStringIncludes(demo.output(), part);
  }
  assertEquals(jpegSize(await Deno.readFile(out)), [1080, 1350]);
});

test("npm run board draws without a stack, and says what it left out", async () => {
  await using directory = await makeDirectory();
  const out = `${directory.path}/board.jpg`;
  const board = run("board", ["Learn 中文 and 𐌰𐌱", "--out", out]);
  assertEquals(await board.ended, 0, board.output());
  assertMatch(board.output(), /2 characters were left out/);
  assertEquals(jpegSize(await Deno.readFile(out)), [1080, 1350]);
});

test("npm run demo and board say what is wrong before anything starts", async () => {
  const wrong: [string[], RegExp][] = [
    [["x".repeat(201)], /^Goal 1: A goal can have at most 200 characters\.$/m],
    [["a", "--theme", "pink"], /^theme: The theme must be light or dark\.$/m],
    [["a", "--out", "/no/such/directory/board.jpg"], /No such file or directory/],
    [["a", "--colour", "red"], /Unknown option '--colour'[^]*npm run (demo|board) -- "a goal"/],
  ];
  for (const name of ["demo", "board"]) {
    for (const [args, expected] of wrong) {
      const command = run(name, args);
      assertEquals(await command.ended, 1);
      assertMatch(command.output(), expected);
      assert(!/Starting|^ +at /m.test(command.output()), command.output());
    }
  }
});

test("npm run bench says which benchmarks there are if it is asked for another", async () => {
  const bench = run("../bench/main", ["--only", "writes"]);
  assertEquals(await bench.ended, 1);
  assertMatch(
    bench.output(),
    /There is no benchmark "writes"\.[^]*NAME is one of reads, lifecycle,/,
  );
});

test("an interrupted demo leaves neither processes nor files", async () => {
  await using temporary = await makeDirectory(0o1777); // as /tmp
  const stacks = () =>
    [...Deno.readDirSync(temporary.path)].filter(({ name }) => name.includes("stack"));
  const demo = run("demo", ["--out", "/dev/null"], { TMPDIR: temporary.path });
  const children = await until(async () => {
    const found = await descendants(demo.pid);
    return stacks().length > 0 && found.length > 0 && found; // Postgres is being made
  });
  demo.kill("SIGINT");
  assertEquals(await demo.ended, 130);
  await until(async () => await noneLives(children) && stacks().length === 0);
});

test("npm start prints its URLs and keys, and writes them to stack.env", async () => {
  const { WEB_PORT: _unset, ...ports } = anyPort;
  using _taken = listen(5173);
  await using stack = await start(ports);
  await stack.ready();
  const env = await stack.readEnv();
  assertEquals(Object.keys(env).toSorted(), [
    "DATABASE_URL",
    "QSTASH_CURRENT_SIGNING_KEY",
    "QSTASH_NEXT_SIGNING_KEY",
    "QSTASH_TOKEN",
    "QSTASH_URL",
    "SUPABASE_PUBLISHABLE_KEY",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_URL",
  ]);
  for (const [name, value] of Object.entries(env)) {
    assertMatch(stack.output(), new RegExp(`${name} +${RegExp.escape(value)}`));
  }

  // the frontend is served, on another port as the usual one is taken, and no file but its own
  const page = frontend(stack.output());
  assertMatch(page, /^http:\/\/127\.0\.0\.1:(?!5173)\d+$/);
  const html = await (await fetch(page)).text();
  assertMatch(html, /Vision Board/);
  assertStringIncludes(html, `connect-src 'self' ${env.SUPABASE_URL}`);
  const secrets = await fetch(`${page}/@fs${stack.dir}/stack.env`);
  await secrets.body?.cancel();
  assertEquals(secrets.status, 403);

  // a second stack in the same directory is refused
  await using second = await start(anyPort, stack.dir);
  assertEquals(await second.ended, 1);
  assertStringIncludes(second.output(), "Another stack is already running in");

  const children = await descendants(stack.pid);
  assert(children.length >= 5);
  stack.kill("SIGKILL");
  await until(() => noneLives(children));
});

test("npm start keeps data and sessions over a restart, and Ctrl-C leaves no process", async () => {
  await using first = await start(anyPort);
  await first.ready();
  const env = await first.readEnv();
  const { supabase, token } = await signUp(env);
  const { data: job } = await createJob(supabase);
  const complete = (supabase: ReturnType<typeof client>) =>
    until(async () => {
      const { data } = await supabase.from("vision_board_jobs").select().eq("id", job.id).single();
      return data?.status === "complete" && data;
    });
  await complete(supabase);
  assert((await Deno.stat(`${first.dir}/postgres/PG_VERSION`)).isFile);

  const children = await descendants(first.pid);
  assert(children.length >= 5);
  first.kill("SIGINT");
  await first.ended;
  assert(await noneLives(children));

  // on the same port, so that the session's issuer is the same
  const API_PORT = new URL(env.SUPABASE_URL!).port;
  await using again = await start({ ...anyPort, API_PORT }, first.dir);
  await again.ready();
  const row = await complete(client(env, { authorization: `Bearer ${token}` }));
  const board = await fetch(row.image_url);
  await board.body?.cancel();
  assertEquals(board.status, 200);
  again.kill("SIGTERM");
  assertEquals(await again.ended, 143);
});

for (const variable of ["API_PORT", "DB_PORT", "QSTASH_PORT", "WEB_PORT"]) {
  test(`npm start says in one sentence that ${variable} is taken`, async () => {
    using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const port = String(other.addr.port);
    await using stack = await start({ ...anyPort, [variable]: port });
    assertEquals(await stack.ended, 1);
    const last = stack.output().trim().split("\n").at(-1)!;
    assertStringIncludes(last, port);
    assertStringIncludes(last, variable);
    assert(!stack.output().includes("    at "), stack.output());
  });
}

test("npm start names a port that is not a number", async () => {
  await using stack = await start({ ...anyPort, API_PORT: "http" });
  assertEquals(await stack.ended, 1);
  assertStringIncludes(stack.output(), 'API_PORT must be a port number, not "http".');
});

/** Takes a port; null if somebody else has it already. */
function listen(port: number): Deno.Listener | null {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return null;
    throw error;
  }
}

test("npm start passes the shell's configuration to the functions, but not QStash's keys", async () => {
  const [API_PORT, QSTASH_PORT] = [String(freePort()), String(freePort())];
  const FUNCTIONS_URL = `http://127.0.0.1:${API_PORT}/functions/v1`;
  await using stack = await start({
    ...anyPort,
    API_PORT,
    QSTASH_PORT,
    FUNCTIONS_URL: ` ${FUNCTIONS_URL}/ `,
    MAX_ACTIVE_JOBS: "0",
    QSTASH_URL: `http://127.0.0.1:${QSTASH_PORT}`, // as in a shell that sourced stack.env
    QSTASH_TOKEN: "of another server",
  });
  await stack.ready();
  const env = await stack.readEnv();
  const { supabase } = await signUp(env);
  const { error } = await createJob(supabase);
  assertEquals((await error.context.json()).code, "too_many_active_jobs");

  const answer = await fetch(`${env.QSTASH_URL}/v2/schedules`, {
    headers: { authorization: `Bearer ${env.QSTASH_TOKEN}` },
  });
  const [sweep] = await answer.json();
  assertEquals(sweep.destination, `${FUNCTIONS_URL}/sweep-jobs`);
});

test("npm start names a malformed variable, and so do the functions", async () => {
  await using stack = await start({ ...anyPort, FUNCTIONS_URL: "nope" });
  await stack.ready();
  await until(() => /FUNCTIONS_URL must be a URL/.test(stack.output()));
  const { supabase } = await signUp(await stack.readEnv());
  const { error } = await createJob(supabase);
  assertMatch((await error.context.json()).message, /^FUNCTIONS_URL must be a URL/);
});

test("npm start uses another QStash if QSTASH_URL names one", async () => {
  const requests: string[] = [];
  await using other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    return Response.json({ messageId: "msg_1" });
  });
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using stack = await start({
    ...anyPort,
    QSTASH_PORT: String(taken.addr.port), // would fail if ours started
    QSTASH_URL: `http://127.0.0.1:${other.addr.port}`,
    QSTASH_TOKEN: "token",
    QSTASH_CURRENT_SIGNING_KEY: "sig_a",
    QSTASH_NEXT_SIGNING_KEY: "sig_b",
  });
  await stack.ready();
  assertEquals(requests, [], "its schedules are not changed");
  const { supabase } = await signUp(await stack.readEnv());
  assertEquals((await createJob(supabase)).error, null);
  assertMatch(requests[0]!, /^POST \/v2\/publish\//);
});
