/** Postgres 17 from npm as a local server: listens on 127.0.0.1 only and always asks for a password. */
import { join } from "node:path";
import { type BoundChild, eachLine, spawnBound } from "./child_process.ts";
import {
  dataDirectory,
  giveTo,
  postgresPrograms,
  type PostgresUser,
  postgresUser,
  throwAwayDirectory,
} from "./postgres_files.ts";
import { PortTakenError } from "./stack_errors.ts";

/** As `supabase start` has it. */
const PASSWORD = "postgres";

export interface PostgresOptions {
  /** 0 takes any free port. */
  port: number;
  /** The directory that is kept. Left out: a throw-away one, removed at the end. */
  dir?: string;
  /** The role that initdb makes. Default: `postgres`. */
  superuser?: string;
  onLog?: (line: string) => void;
}

export interface Postgres {
  /** Connection string of the superuser, as `supabase start` prints it. */
  url: string;
  port: number;
  /** Where files that live and die with the data can be put. */
  directory: string;
  stop(): Promise<void>;
}

/** A port of 127.0.0.1 that is free now. Somebody else can take it before it is used. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

/** The port that Postgres was given is in use. */
class BindError extends Error {
  override name = "BindError";
}

/**
 * Starts a server on a new or kept data directory; about 0.5 s for a new one.
 * @throws with one sentence if the port is taken, the data is in use or the programs do not run
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const user = await postgresUser();
  const programs = await postgresPrograms(user);
  // A free port can be gone again before Postgres binds it; only a port that was asked for is final.
  for (let attempt = 1;; attempt++) {
    try {
      return await start(options, programs, user);
    } catch (error) {
      if (!(error instanceof BindError)) throw error;
      if (options.port !== 0) throw new PortTakenError("Postgres", options.port, "DB_PORT");
      if (attempt === 3) throw error;
    }
  }
}

async function start(
  options: PostgresOptions,
  programs: string,
  user: PostgresUser,
): Promise<Postgres> {
  const { dir, superuser = "postgres", onLog = () => {} } = options;
  const directory = dir ?? await throwAwayDirectory(user);
  const remove = dir === undefined ? directory : undefined;
  const abandon = () => {
    try {
      if (remove) Deno.removeSync(remove, { recursive: true });
    } catch { /* a child was quicker */ }
  };
  // Between initdb's end and the server's start no child takes care of the directory.
  globalThis.addEventListener("unload", abandon);
  let server: BoundChild | undefined;
  try {
    const data = await dataDirectory(join(directory, "postgres"), user);
    const used = await Deno.stat(join(data, "PG_VERSION")).then(() => true, () => false);
    const place: Place = { programs, data, user, remove, superuser };
    if (!used) await initialise(place);
    else await waitForLock(data);
    const port = options.port || freePort();
    server = spawnServer(place, port);
    await ready(server, onLog);
    const url = `postgresql://${superuser}:${PASSWORD}@127.0.0.1:${port}/postgres`;
    return { url, port, directory, stop: server.stop };
  } catch (error) {
    await server?.stop();
    abandon();
    throw error;
  } finally {
    globalThis.removeEventListener("unload", abandon);
  }
}

interface Place {
  programs: string;
  data: string;
  user: PostgresUser;
  /** A throw-away directory with all of it. */
  remove: string | undefined;
  superuser: string;
}

function spawnServer({ programs, data, user, remove }: Place, port: number): BoundChild {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "", // their paths are limited to about 100 characters, and nobody needs them
    max_connections: "100",
    wal_level: "logical", // as on hosted Supabase, for Realtime's publications
    timezone: "UTC",
    // A throw-away database need not survive a power cut.
    ...(remove === undefined ? {} : { fsync: "off", full_page_writes: "off" }),
  };
  return spawnBound({
    command: join(programs, "bin/postgres"),
    args: ["-D", data, ...Object.entries(settings).flatMap(([k, v]) => ["-c", `${k}=${v}`])],
    // INT is the fast shutdown, which writes a checkpoint; QUIT the immediate one, for data that goes.
    signal: remove === undefined ? "INT" : "QUIT",
    remove,
    env: environment(),
    ...user,
  });
}

/** Returns once the server accepts connections. Throws what it said if it ended instead. */
async function ready(server: BoundChild, log: (line: string) => void): Promise<void> {
  const started = Promise.withResolvers<true>();
  const last: string[] = [];
  const take = (line: string) => {
    if (line.includes("ready to accept connections")) started.resolve(true);
    last.push(line);
    if (last.length > 5) last.shift();
    log(line);
  };
  const read = Promise.all([eachLine(server.stderr, take), eachLine(server.stdout, take)]);
  if (await Promise.race([started.promise, server.ended.then(() => read)]) === true) return;
  const said = `Postgres did not start: ${last.join(" ")}`;
  throw /could not bind|could not create any TCP/i.test(said)
    ? new BindError(said)
    : new Error(said);
}

/** Runs initdb; `remove` goes if this process ends in the middle. */
async function initialise({ programs, data, user, remove, superuser }: Place): Promise<void> {
  // initdb reads the password from a file, and wants its directory empty: hence beside it.
  const passwordFile = `${data}.password`;
  try {
    await Deno.writeTextFile(passwordFile, PASSWORD, { mode: 0o600 });
    await giveTo(user, passwordFile);
    const initdb = spawnBound({
      command: join(programs, "bin/initdb"),
      args: [
        // as hosted: lower() knows more letters than ASCII
        ...["-D", data, "-U", superuser, "-E", "UTF8", "--locale=C", "--no-instructions"],
        ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
        ...["--auth-host=scram-sha-256", "--auth-local=reject", `--pwfile=${passwordFile}`],
        ...(remove === undefined ? [] : ["--no-sync"]),
      ],
      signal: "INT", // initdb then removes what it wrote
      remove,
      keepOnSuccess: true,
      env: environment(),
      ...user,
    });
    const said: string[] = [];
    const [{ code }] = await Promise.all([
      initdb.ended,
      eachLine(initdb.stderr, (line) => said.push(line)),
      eachLine(initdb.stdout, () => {}),
    ]);
    if (code !== 0) throw new Error(`initdb failed: ${said.join(" ")}`);
  } finally {
    await Deno.remove(passwordFile).catch(() => {});
  }
}

/**
 * Waits until no other server holds the data: the one of a run that was just killed needs a moment. A
 * lock left by a crash whose process number now belongs to another program is removed.
 */
async function waitForLock(data: string): Promise<void> {
  const lock = join(data, "postmaster.pid");
  const deadline = Date.now() + 10_000;
  while (true) {
    const pid = Number((await Deno.readTextFile(lock).catch(() => "")).split("\n")[0]);
    if (!pid) return;
    if (!(await commandLine(pid)).includes(data)) {
      return await Deno.remove(lock).catch(() => {});
    }
    if (Date.now() > deadline) {
      throw new Error(`${data} is in use by process ${pid}: another stack is kept there`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Empty if there is no such process. Small Linux images have no `ps`, macOS has no /proc. */
async function commandLine(pid: number): Promise<string> {
  if (Deno.build.os === "linux") {
    return await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  }
  const ps = new Deno.Command("ps", { args: ["-o", "args=", "-p", String(pid)] });
  return new TextDecoder().decode((await ps.output()).stdout);
}

function environment(): Record<string, string> {
  return { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}
