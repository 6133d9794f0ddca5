/**
 * Child processes that cannot outlive this one. A process that is killed with SIGKILL runs no cleanup,
 * but the kernel closes its pipes: each child is started by a small shell that holds the reading end of
 * a pipe, waits for its end of file, then signals the child and removes what it leaves behind.
 */

// The guard must be a process of its own: a child that is stopped or spins would not notice the end of
// its own stdin. Descriptor 3 keeps the pipe, as shells point the stdin of background jobs to /dev/null.
const SCRIPT = `
signal=$1 remove=$2 keep=$3; shift 3
unset PWD OLDPWD SHLVL # which shells add to the environment
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
exec 2>/dev/null # the shell's own remarks, such as "Killed"
{ read -r line <&3; kill -"$signal" "$child"; } >/dev/null &
guard=$!
exec 3<&-
wait "$child"; code=$?
kill "$guard"
[ -z "$remove" ] || [ "$keep$code" = keep0 ] ||
  for again in 1 2 3 4 5 6 7 8 9; do # children of the child may write for a moment still
    rm -rf "$remove" && break
    sleep 0.1
  done
exit "$code"
`;

/** What to run, and how it ends. */
export interface LeashOptions {
  command: string;
  args: string[];
  /** Sent to the child when this process ends, or lets go. A stopped child obeys only `KILL`. */
  signal: "INT" | "QUIT" | "KILL";
  /** A directory to remove once the child has ended. */
  remove?: string;
  /** Keep that directory if the child ended well. */
  keepOnSuccess?: boolean;
  /** The child's whole environment; nothing is inherited. */
  env: Record<string, string>;
  /** Runs the child as another user (only root may). */
  uid?: number;
  gid?: number;
  cwd?: string;
}

/** A running child. Its output must be read to the end. */
export interface Leashed {
  stdout: ReadableStream<Uint8Array>;
  stderr: ReadableStream<Uint8Array>;
  /** Settles when the child has ended and its directory is removed. */
  ended: Promise<{ code: number }>;
  /** Signals the child and waits for its end. Idempotent. */
  release(): Promise<void>;
}

/** Starts a child whose life is bound to this process. */
export function leash(options: LeashOptions): Leashed {
  const { command, args, signal, remove = "", env, uid, gid, cwd = "/" } = options;
  const keep = options.keepOnSuccess ? "keep" : "";
  const shell = new Deno.Command("/bin/sh", {
    args: ["-c", SCRIPT, "leash", signal, remove, keep, command, ...args],
    // A group of its own: Ctrl-C in a terminal reaches this process only, which then stops the
    // children in order.
    detached: true,
    clearEnv: true,
    env,
    cwd,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let released: Promise<void> | undefined;
  const ended = shell.status.then(async ({ code }) => {
    await shell.stdin.close().catch(() => {});
    return { code };
  });
  return {
    stdout: shell.stdout,
    stderr: shell.stderr,
    ended,
    release: () =>
      released ??= (async () => {
        await shell.stdin.close().catch(() => {}); // closed already when the child ended by itself
        await ended;
      })(),
  };
}
