import { rmSync } from "node:fs";
import { join } from "node:path";

/** Where a stack keeps what outlives it: data, keys, its log. Held by one process at a time. */
export interface KeptDirectory {
  path: string;
  log(line: string): void;
  /** Writes stack.env: whole, or not there, for whoever waits for it. */
  tell(env: Record<string, string>): void;
}

/**
 * Opens the directory for this process, until it ends in whatever way.
 * @throws one sentence if another process holds it
 */
export function keptDirectory(path: string): KeptDirectory {
  // Others may pass through, not look: as root, Postgres runs as another user, whose data is below
  Deno.mkdirSync(path, { recursive: true });
  Deno.chmodSync(path, 0o711);
  const lock = Deno.openSync(join(path, "lock"), { create: true, write: true, mode: 0o600 });
  if (!lock.tryLockSync(true)) {
    throw new Error(
      `A stack is already running that is kept in ${path}: stop it, or keep this one elsewhere with npm start -- --dir DIRECTORY.`,
    );
  }
  const options = { create: true, write: true, truncate: true, mode: 0o600 };
  const file = Deno.openSync(join(path, "stack.log"), options);
  const envFile = join(path, "stack.env");
  rmSync(envFile, { force: true }); // an earlier run's
  return {
    path,
    log: (line) => void file.writeSync(new TextEncoder().encode(`${line}\n`)),
    tell: (env) => {
      const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
      Deno.writeTextFileSync(`${envFile}.new`, lines.join(""), { mode: 0o600 });
      Deno.renameSync(`${envFile}.new`, envFile);
    },
  };
}
