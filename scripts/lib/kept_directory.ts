import { join } from "node:path";

/** Where a stack keeps what outlives it: data, keys, its log. Held by one process at a time. */
export interface KeptDirectory {
  path: string;
  log(line: string): void;
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
  return { path, log: (line) => void file.writeSync(new TextEncoder().encode(`${line}\n`)) };
}
