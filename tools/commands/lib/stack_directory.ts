import { join } from "node:path";

/** Where a stack keeps its data, keys and log. One process holds it at a time. */
export interface StackDirectory {
  /** Adds a line to stack.log. */
  log(line: string): void;
  /** Writes stack.env in one step, so that whoever waits for the file reads all of it. */
  writeEnv(env: Record<string, string>): void;
}

/**
 * Opens the directory for this process, until the process ends in whatever way.
 * @throws one sentence if another process holds it
 */
export function openStackDirectory(path: string): StackDirectory {
  // Others may pass through, but not look: as root, Postgres runs as another user, with its data below
  Deno.mkdirSync(path, { recursive: true });
  Deno.chmodSync(path, 0o711);
  const lock = Deno.openSync(join(path, "lock"), { create: true, write: true, mode: 0o600 });
  if (!lock.tryLockSync(true)) {
    throw new Error(
      `Another stack is already running in ${path}: stop it, or keep this one in another directory ` +
        `with npm start -- --dir DIRECTORY.`,
    );
  }
  const options = { create: true, write: true, truncate: true, mode: 0o600 };
  const log = Deno.openSync(join(path, "stack.log"), options);
  const envFile = join(path, "stack.env");
  const text = new TextEncoder();
  try {
    Deno.removeSync(envFile); // an earlier run's
  } catch { /* there is none */ }
  return {
    log: (line) => void log.writeSync(text.encode(`${line}\n`)),
    writeEnv: (env) => {
      const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
      Deno.writeTextFileSync(`${envFile}.new`, lines.join(""), { mode: 0o600 });
      Deno.renameSync(`${envFile}.new`, envFile);
    },
  };
}
