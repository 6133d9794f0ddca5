/** Postgres 17 from npm as a local server: listens on 127.0.0.1 only and always asks for a password. */
import { join } from "node:path";
import { leash, type Leashed } from "./leash.ts";
import { eachLine } from "./lines.ts";
import {
  type Identity,
  own,
  postgresData,
  postgresPrograms,
  temporaryDirectory,
  unprivilegedIdentity,
} from "./postgres_files.ts";
import { freePort, portTaken } from "./ports.ts";

/** As `supabase start` has it. */
const PASSWORD = "postgres";

export interface PostgresOptions {
  /** 0 takes any free port. */
  port: number;
  /** The directory that is kept. Left out: a throw-away one, removed at the end. */
  dir?: string;
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

/**
 * Starts a server on a new or kept data directory; about 0.5 s for a new one.
 * @throws with one sentence if the port is taken, the data is in use or the programs do not run
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const identity = await unprivilegedIdentity();
  const programs = await postgresPrograms(identity);
  // A free port can be gone again before Postgres binds it; only a port that was asked for is final.
  for (let attempt = 1;; attempt++) {
    try {
      return await start(options, programs, identity);
    } catch (error) {
      if (!(error instanceof BindError)) throw error;
      if (options.port !== 0) throw portTaken("Postgres", options.port, "DB_PORT");
      if (attempt === 3) throw error;
    }
  }
}

class BindError extends Error {}

async function start(
  options: PostgresOptions,
  programs: string,
  identity: Identity | null,
): Promise<Postgres> {
  const throwAway = options.dir === undefined;
  const directory = options.dir ?? await temporaryDirectory(identity);
  let server: Leashed | undefined;
  // Between initdb's end and the server's start no leash holds the directory.
  const abandon = () => {
    try {
      Deno.removeSync(directory, { recursive: true });
    } catch { /* a leash was quicker */ }
  };
  if (throwAway) globalThis.addEventListener("unload", abandon);
  try {
    const wanted = join(directory, "postgres");
    const data = throwAway ? wanted : await postgresData(wanted, identity);
    const used = await Deno.stat(join(data, "PG_VERSION")).then(() => true, () => false);
    if (!used) await initialise(programs, data, identity, throwAway ? directory : undefined);
    else await claim(data);
    const port = options.port || freePort();
    const remove = throwAway ? directory : undefined;
    server = spawn({ programs, data, identity, remove, port });
    globalThis.removeEventListener("unload", abandon);
    await ready(server, options.onLog ?? (() => {}));
    const url = `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
    return { url, port, directory, stop: server.release };
  } catch (error) {
    globalThis.removeEventListener("unload", abandon);
    await server?.release();
    if (throwAway) await Deno.remove(directory, { recursive: true }).catch(() => {});
    throw error;
  }
}

interface Place {
  programs: string;
  data: string;
  identity: Identity | null;
  remove: string | undefined;
  port: number;
}

function spawn({ programs, data, identity, remove, port }: Place): Leashed {
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
  return leash({
    command: join(programs, "bin/postgres"),
    args: ["-D", data, ...Object.entries(settings).flatMap(([k, v]) => ["-c", `${k}=${v}`])],
    // INT is the fast shutdown, which writes a checkpoint; QUIT the immediate one, for data that goes.
    signal: remove === undefined ? "INT" : "QUIT",
    remove,
    env: environment(),
    ...identity,
  });
}

/** Returns once the server accepts connections. Throws what it said if it ended instead. */
async function ready(server: Leashed, log: (line: string) => void): Promise<void> {
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

/** Runs initdb; on a leash too, so that `remove` goes if this process ends in the middle. */
async function initialise(
  programs: string,
  data: string,
  identity: Identity | null,
  remove: string | undefined,
): Promise<void> {
  await Deno.mkdir(data, { recursive: true, mode: 0o700 });
  await own(data, identity);
  // initdb reads the password from a file, and wants its directory empty: hence beside it.
  const passwordFile = `${data}.password`;
  try {
    await Deno.writeTextFile(passwordFile, PASSWORD, { mode: 0o600 });
    await own(passwordFile, identity);
    const initdb = leash({
      command: join(programs, "bin/initdb"),
      args: [
        // as hosted: lower() knows more letters than ASCII
        ...["-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-instructions"],
        ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
        ...["--auth-host=scram-sha-256", "--auth-local=reject", `--pwfile=${passwordFile}`],
        ...(remove === undefined ? [] : ["--no-sync"]),
      ],
      signal: "INT", // initdb then removes what it wrote
      remove,
      keepOnSuccess: true,
      env: environment(),
      ...identity,
    });
    const said: string[] = [];
    const [{ code }] = await Promise.all([
      initdb.ended,
      eachLine(initdb.stderr, (line) => said.push(line)),
      eachLine(initdb.stdout, () => {}),
    ]);
    if (code !== 0) {
      await Deno.remove(data, { recursive: true }).catch(() => {});
      throw new Error(`initdb failed: ${said.join(" ")}`);
    }
  } finally {
    await Deno.remove(passwordFile).catch(() => {});
  }
}

/**
 * Waits until no other server holds the data: the one of a run that was just killed needs a moment. A
 * lock left by a crash whose process number now belongs to another program is removed.
 */
async function claim(data: string): Promise<void> {
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
