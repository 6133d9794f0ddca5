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
export interface ChildOptions {
  command: string;
  args: string[];
  /** Sent to the child when this process ends or stops it. A stopped child obeys only `KILL`. */
  signal: "INT" | "QUIT" | "KILL";
  /** A directory to remove once the child has ended. */
  remove?: string;
  /** Keep that directory if the child succeeded. */
  keepOnSuccess?: boolean;
  /** The child's whole environment; nothing is inherited. */
  env: Record<string, string>;
  /** Runs the child as another user (only root may). */
  uid?: number;
  gid?: number;
  cwd?: string;
}

/** A running child. Its output must be read to the end. */
export interface BoundChild {
  stdout: ReadableStream<Uint8Array>;
  stderr: ReadableStream<Uint8Array>;
  /** Settles when the child has ended and its directory is removed. */
  ended: Promise<{ code: number }>;
  /** Signals the child and waits for its end. Idempotent. */
  stop(): Promise<void>;
}

/** Starts a child whose life is bound to this process. */
export function spawnBound(options: ChildOptions): BoundChild {
  const { command, args, signal, remove = "", keepOnSuccess, env, uid, gid, cwd = "/" } = options;
  const keep = keepOnSuccess ? "keep" : "";
  const shell = new Deno.Command("/bin/sh", {
    args: ["-c", SCRIPT, "bound", signal, remove, keep, command, ...args],
    // A group of its own: Ctrl-C in a terminal reaches this process only, which then stops the
    // children in order.
    detached: true,
    clearEnv: true,
    env,
    cwd,
    uid,
    gid,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const hangUp = () => shell.stdin.close().catch(() => {}); // it may be closed already
  const ended = shell.status.then(async ({ code }) => {
    await hangUp();
    return { code };
  });
  let stopped: Promise<unknown> | undefined;
  return {
    stdout: shell.stdout,
    stderr: shell.stderr,
    ended,
    async stop() {
      await (stopped ??= hangUp().then(() => ended));
    },
  };
}

/** Hands over each line of a text stream as it is complete. Returns when the stream ends. */
export async function eachLine(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  }
  if (rest !== "") onLine(rest);
}
