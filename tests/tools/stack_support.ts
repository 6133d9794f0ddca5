/** Small projects and clients for the tests of the local stack. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { dirname, join } from "node:path";
import { type Stack, type StackOptions, startStack } from "../../tools/local-stack/stack.ts";

/** Any free port each, and nothing printed. */
export const QUIET = { api: 0, db: 0, qstash: 0, onLog: () => {} } satisfies StackOptions;

/** Writes a project of the given files (paths below supabase/) to a temporary directory. */
export async function makeProject(files: Record<string, string>) {
  const directory = await Deno.makeTempDir({ prefix: "vision-board-test-" });
  // Open to the user that runs Postgres for root: kept data stays below.
  await Deno.chmod(directory, 0o755);
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, "supabase", path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  return {
    directory,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

/** Runs a stack on such a project, and stops it whatever happens. */
export async function withStack(
  files: Record<string, string>,
  use: (stack: Stack, project: string) => Promise<void>,
  options: StackOptions = {},
): Promise<void> {
  await using project = await makeProject(files);
  const stack = await startStack({ ...QUIET, project: project.directory, ...options });
  try {
    await use(stack, project.directory);
  } finally {
    await stack.stop();
  }
}

/** Steps share a stack, whose pools open sockets as they go; the test around them checks for leaks. */
export function steps(t: Deno.TestContext) {
  return (name: string, fn: () => Promise<void>) =>
    t.step({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

const AUTH = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };

/** A client with the publishable key, or the secret one. */
export function client(
  stack: Stack,
  key: "publishable" | "secret" = "publishable",
): SupabaseClient {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY } = stack.env;
  const value = key === "secret" ? SUPABASE_SECRET_KEY : SUPABASE_PUBLISHABLE_KEY;
  return createClient(SUPABASE_URL, value, { auth: AUTH });
}

/** A client whose new user is signed in. */
export async function signUp(stack: Stack, email = `${crypto.randomUUID()}@example.com`) {
  const supabase = client(stack);
  const { data, error } = await supabase.auth.signUp({ email, password: "a long password" });
  if (error !== null) throw error;
  return { supabase, session: data.session!, user: data.user! };
}

/** Waits until something holds, and fails after 10 s. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`After 10 s still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process exists and has not ended (a zombie has). */
export async function lives(pid: number): Promise<boolean> {
  return (await processes()).some((one) => one.pid === pid && one.state !== "Z");
}

/** Everything that was started, directly or not, by a process. */
export async function descendants(pid: number): Promise<number[]> {
  const all = await processes();
  const below = (parent: number): number[] =>
    all.filter(({ ppid }) => ppid === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

async function processes(): Promise<{ pid: number; ppid: number; state: string }[]> {
  const ps = new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid=,stat="] });
  return new TextDecoder().decode((await ps.output()).stdout).trim().split("\n").map((line) => {
    const [pid, ppid, state] = line.trim().split(/\s+/);
    return { pid: Number(pid), ppid: Number(ppid), state: state![0]! };
  });
}
