/** The commands as people run them: processes, terminals, ports, signals. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { parseEnv } from "node:util";
import { freePort } from "../../tools/local-stack/postgres.ts";
import { until } from "../support/rig.ts";

const root = new URL("../..", import.meta.url).pathname;

interface Command {
  child: Deno.ChildProcess;
  output(): string;
}

/** Starts a script in a process of its own, with a mark in its environment that its children inherit. */
function run(script: string, args: string[], env: Record<string, string> = {}): Command {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", script, ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (chunk) => void (text += chunk) }),
    );
  }
  return { child, output: () => text };
}

/** Descendants of a process that are still there, as `pid command`. Linux and macOS. */
async function descendants(pid: number): Promise<string[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid=,args="] })
    .output();
  const rows = new TextDecoder().decode(stdout).trim().split("\n").map((row) =>
    row.trim().split(/\s+/)
  );
  const found = new Set([String(pid)]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [id, parent] of rows) if (found.has(parent!)) found.add(id!);
  }
  found.delete(String(pid));
  return rows.filter(([id]) => found.has(id!)).map((row) => row.join(" "));
}

const alive = async (rows: string[]) => {
  const ids = rows.map((row) => row.split(" ")[0]!);
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "stat=,args=", "-p", ids.join(",")],
  }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").filter((row) =>
    row && !row.trim().startsWith("Z")
  );
};
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });

const anyPort = { API_PORT: "0", DB_PORT: "0", QSTASH_PORT: "0", WEB_PORT: "0" };
const dirs: string[] = [];
const start = async (env: Record<string, string> = anyPort, dir?: string) => {
  if (dir === undefined) {
    const parent = await Deno.makeTempDir();
    await Deno.chmod(parent, 0o755); // as root, Postgres runs as another user, who must get through
    dirs.push(parent);
    dir = `${parent}/kept`;
  }
  return { ...run("tools/commands/start.ts", ["--dir", dir], env), dir };
};
const ready = (command: Command) => until(() => /^Ready/m.test(command.output()), 30);
Deno.test.afterAll(async () => {
  for (const dir of new Set(dirs)) await Deno.remove(dir, { recursive: true }).catch(() => {});
});

test("the demo shows its stages and the row, and writes a picture of 1080 by 1350", async () => {
  const out = await Deno.makeTempFile({ suffix: ".jpg" });
  const goals = ["Run a marathon", "Learn Spanish"];
  const demo = run("tools/commands/demo.ts", [
    ...goals,
    "--out",
    out,
    "--name",
    "Zoë",
    "--theme",
    "dark",
  ]);
  assertEquals((await demo.child.status).code, 0, demo.output());
  for (
    const part of [
      "Signed up",
      "Created job",
      "drawing the board",
      "Complete",
      JSON.stringify(goals),
      "Zoë",
    ]
  ) {
    assertStringIncludes(demo.output(), part);
  }
  assertEquals(jpegSize(await Deno.readFile(out)), [1080, 1350]);
  await Deno.remove(out);
});

/** Width and height from the first frame header. */
function jpegSize(bytes: Uint8Array): [number, number] {
  assertEquals([...bytes.slice(0, 2)], [0xff, 0xd8]);
  const view = new DataView(bytes.buffer);
  for (let at = 2; at < bytes.length; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
  }
  throw new Error("no frame header");
}

test("the demo and the board say what is wrong before anything starts", async () => {
  const wrong: [string[], RegExp][] = [
    [["x".repeat(201)], /^Goal 1: A goal can have at most 200 characters\.$/m],
    [["a", "--theme", "pink"], /^theme: The theme must be light or dark\.$/m],
    [["a", "--out", "/no/such/directory/board.jpg"], /No such file or directory/],
    [["a", "--colour", "red"], /Unknown option '--colour'[^]*npm run (demo|board) -- "a goal"/],
  ];
  for (const script of ["tools/commands/demo.ts", "tools/commands/board.ts"]) {
    for (const [args, expected] of wrong) {
      const command = run(script, args);
      assertEquals((await command.child.status).code, 1);
      assertMatch(command.output(), expected);
      assert(!/Starting|^ +at /m.test(command.output()), command.output());
    }
  }
});

test("npm run board draws without a stack, and says what it left out", async () => {
  const out = await Deno.makeTempFile({ suffix: ".jpg" });
  const board = run("tools/commands/board.ts", ["Learn 中文 and 𐌰𐌱", "--out", out]);
  assertEquals((await board.child.status).code, 0, board.output());
  assertMatch(board.output(), /2 characters were left out/);
  assertEquals(jpegSize(await Deno.readFile(out)), [1080, 1350]);
  await Deno.remove(out);
});

test("npm start serves a frontend, keeps its data and sessions over a restart, and ends with Ctrl-C", async () => {
  const first = await start();
  await ready(first);
  const env = Object.fromEntries(
    (await Deno.readTextFile(`${first.dir}/stack.env`)).trim().split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
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
    assertStringIncludes(first.output(), `${name} `, value);
  }
  const [, page] = first.output().match(/Frontend +(\S+)/)!;
  const html = await (await fetch(page!)).text();
  assertStringIncludes(html, `connect-src 'self' ${env.SUPABASE_URL}`);
  const secrets = await fetch(`${page}/@fs${first.dir}/stack.env`);
  assertEquals(secrets.status, 403, "the page's server shows the page's own files only");
  await secrets.body?.cancel();

  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const ava = createClient(env.SUPABASE_URL!, env.SUPABASE_PUBLISHABLE_KEY!, options);
  const { data: { session } } = await ava.auth.signUp({
    email: "ava@example.com",
    password: "correct horse battery",
  });
  const { data: job } = await ava.functions.invoke("create-job", {
    body: { goals: ["Keep going"] },
  });
  const done = async (client: typeof ava) => {
    const { data } = await client.from("vision_board_jobs").select().eq("id", job.id).single();
    return data?.status === "complete" && data;
  };
  await until(() => done(ava));

  assert((await Deno.stat(`${first.dir}/postgres/PG_VERSION`)).isFile, "the data is kept there");

  const second = await start(anyPort, first.dir);
  assertEquals((await second.child.status).code, 1);
  assertStringIncludes(second.output(), "A stack is already running that is kept in");

  const children = await descendants(first.child.pid);
  assert(children.length >= 5, children.join("\n"));
  first.child.kill("SIGINT");
  await first.child.status;
  assertEquals(await alive(children), []);

  // the same ports, so that the session's issuer is the same
  const port = (url: string) => new URL(url).port;
  const again = await start(
    { ...anyPort, API_PORT: port(env.SUPABASE_URL!) },
    first.dir,
  );
  await ready(again);
  const back = createClient(env.SUPABASE_URL!, env.SUPABASE_PUBLISHABLE_KEY!, {
    ...options,
    global: { headers: { authorization: `Bearer ${session!.access_token}` } },
  });
  const row = await until(() => done(back));
  assertEquals((await fetch(row.image_url)).status, 200);
  again.child.kill("SIGTERM");
  await again.child.status;
});

test("a demo that is interrupted while Postgres is made leaves neither process nor directory", async () => {
  const temporary = await Deno.makeTempDir();
  await Deno.chmod(temporary, 0o1777); // as /tmp
  dirs.push(temporary);
  const stacks = () =>
    [...Deno.readDirSync(temporary)].map((e) => e.name).filter((n) => n.includes("stack"));
  const demo = run("tools/commands/demo.ts", ["--out", "/dev/null"], { TMPDIR: temporary });
  await until(() => stacks().length > 0);
  const children = await until(async () => {
    const found = await descendants(demo.child.pid);
    return found.some((row) => row.includes("initdb")) && found;
  });
  demo.child.kill("SIGINT");
  await demo.child.status;
  await until(async () => (await alive(children)).length === 0 && stacks().length === 0);
});

test("a stack that is killed leaves no process", async () => {
  const stack = await start();
  await ready(stack);
  const children = await descendants(stack.child.pid);
  stack.child.kill("SIGKILL");
  await stack.child.status;
  await until(async () => (await alive(children)).length === 0);
});

for (
  const [variable, part] of [["API_PORT", "API"], ["DB_PORT", "Postgres"], [
    "QSTASH_PORT",
    "QStash",
  ], ["WEB_PORT", "the page"]] as const
) {
  test(`a port that is taken is one clear sentence: ${part}`, async () => {
    const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    try {
      const stack = await start({ ...anyPort, [variable]: String(other.addr.port) });
      assertEquals((await stack.child.status).code, 1);
      const lines = stack.output().trim().split("\n");
      assertStringIncludes(lines.at(-1)!, String(other.addr.port));
      assertStringIncludes(lines.at(-1)!, variable);
      assert(!stack.output().includes("    at "), stack.output());
    } finally {
      other.close();
    }
  });
}

test("a page's usual port that is taken is no reason to stop: it takes another", async () => {
  const { WEB_PORT: _unset, ...ports } = anyPort;
  const other = listen(5173);
  const stack = await start(ports);
  await ready(stack);
  const [, url] = stack.output().match(/Frontend\s+(http\S+)/)!;
  assertMatch(url!, /^http:\/\/127\.0\.0\.1:(?!5173)\d+$/);
  assertMatch(await (await fetch(url!)).text(), /Vision Board/);
  stack.child.kill("SIGINT");
  await stack.child.status;
  other?.close();
});

/** Takes a port; null where somebody has it already. */
function listen(port: number): Deno.Listener | null {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return null;
    throw error;
  }
}

test("the sweep is scheduled where QStash is to call, whatever stands around the URL", async () => {
  const API_PORT = String(freePort());
  const FUNCTIONS_URL = `http://127.0.0.1:${API_PORT}/functions/v1`;
  const stack = await start({ ...anyPort, API_PORT, FUNCTIONS_URL: ` ${FUNCTIONS_URL}/ ` });
  await ready(stack);
  const { QSTASH_URL, QSTASH_TOKEN } = parseEnv(await Deno.readTextFile(`${stack.dir}/stack.env`));
  const answer = await fetch(`${QSTASH_URL}/v2/schedules`, {
    headers: { authorization: `Bearer ${QSTASH_TOKEN}` },
  });
  const [sweep] = await answer.json();
  assertEquals(sweep.destination, `${FUNCTIONS_URL}/sweep-jobs`);
  stack.child.kill("SIGINT");
  await stack.child.status;
});

test("a port that is none is named", async () => {
  const stack = await start({ ...anyPort, API_PORT: "http" });
  assertEquals((await stack.child.status).code, 1);
  assertStringIncludes(stack.output(), 'API_PORT must be a port number, not "http".');
});

/** Somebody who signed up at the stack that is kept in `dir`. */
async function person(dir: string) {
  const env = await Deno.readTextFile(`${dir}/stack.env`);
  const [, url] = env.match(/^SUPABASE_URL=(.*)$/m)!;
  const [, key] = env.match(/^SUPABASE_PUBLISHABLE_KEY=(.*)$/m)!;
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const supabase = createClient(url!, key!, options);
  await supabase.auth.signUp({ email: "ava@example.com", password: "correct horse battery" });
  return supabase;
}

test("configuration from the shell reaches the functions, and our own QStash's URL starts it", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const QSTASH_PORT = String(free.addr.port);
  free.close();
  const stack = await start({
    ...anyPort,
    QSTASH_PORT,
    QSTASH_URL: `http://127.0.0.1:${QSTASH_PORT}`, // as in a shell that sourced stack.env
    QSTASH_TOKEN: "of another server",
    MAX_ACTIVE_JOBS: "0",
  });
  await ready(stack);
  const env = await Deno.readTextFile(`${stack.dir}/stack.env`);
  const [, url] = env.match(/^SUPABASE_URL=(.*)$/m)!;
  const [, key] = env.match(/^SUPABASE_PUBLISHABLE_KEY=(.*)$/m)!;
  const ava = createClient(url!, key!, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  await ava.auth.signUp({ email: "ava@example.com", password: "correct horse battery" });
  const { error } = await ava.functions.invoke("create-job", { body: { goals: ["a"] } });
  assertEquals((await error.context.json()).code, "too_many_active_jobs");
  stack.child.kill("SIGINT");
  await stack.child.status;
});

test("npm start names a variable that is malformed, and the functions do so at the first request", async () => {
  const stack = await start({ ...anyPort, FUNCTIONS_URL: "nope" });
  await ready(stack);
  await until(() => /FUNCTIONS_URL must be a URL/.test(stack.output()));
  const ava = await person(stack.dir);
  const { error } = await ava.functions.invoke("create-job", { body: { goals: ["a"] } });
  assertMatch((await error.context.json()).message, /^FUNCTIONS_URL must be a URL/);
  stack.child.kill("SIGINT");
  await stack.child.status;
});

test("with QSTASH_URL set to another server, ours does not start", async () => {
  const asked: string[] = [];
  const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return Response.json({ messageId: "msg_1" });
  });
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stack = await start({
    ...anyPort,
    QSTASH_PORT: String(taken.addr.port), // would fail if ours started
    QSTASH_URL: `http://127.0.0.1:${other.addr.port}`,
    QSTASH_TOKEN: "token",
    QSTASH_CURRENT_SIGNING_KEY: "sig_a",
    QSTASH_NEXT_SIGNING_KEY: "sig_b",
  });
  await ready(stack);
  assertEquals(asked, []); // nobody's schedules are touched
  const ava = await person(stack.dir);
  assertEquals((await ava.functions.invoke("create-job", { body: { goals: ["a"] } })).error, null);
  assertMatch(asked[0]!, /^POST \/v2\/publish\//);
  stack.child.kill("SIGINT");
  await stack.child.status;
  taken.close();
  await other.shutdown();
});
