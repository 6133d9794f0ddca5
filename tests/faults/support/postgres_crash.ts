import type { Sql } from "postgres";
import { type Postgres, startPostgres } from "../../../tools/local-stack/postgres.ts";
import { until } from "../../support/test_stack.ts";

/** SIGKILL for the server of this pool, which is closed; resolves when all of its backends are gone too. */
export async function crashPostgres(sql: Sql): Promise<void> {
  const [row] = await sql`select current_setting('data_directory') as data`;
  const pid = Number((await Deno.readTextFile(`${row!.data}/postmaster.pid`)).split("\n")[0]);
  void sql.end({ timeout: 0 }).catch(() => {});
  const backends = (await listProcesses()).filter(({ parent }) => parent === pid);
  const pids = [pid, ...backends.map(({ pid }) => pid)];
  Deno.kill(pid, "SIGKILL");
  // backends notice within moments that their server is gone; a new one must not start before that
  await until(async () => {
    const running = (await listProcesses()).filter(({ state }) => !state.startsWith("Z"));
    return !running.some(({ pid }) => pids.includes(pid));
  });
}

async function listProcesses(): Promise<{ pid: number; parent: number; state: string }[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid=,stat="] })
    .output();
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const [pid, parent, state = ""] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), state };
  });
}

/** Starts the server again on the same data and port; it recovers from the crash by itself. */
export function restartPostgres(dir: string, databaseUrl: string): Promise<Postgres> {
  return startPostgres({ dir, port: Number(new URL(databaseUrl).port) });
}

/**
 * When Postgres is killed, queries of the local stack, which stands in for hosted services, fail where
 * nobody awaits them, some of them inside the driver. That is part of the fault and must not end the test.
 */
export function ignoreDriverErrors(): void {
  const isFromDriver = (error: unknown) => {
    const { code, stack } = (error ?? {}) as { code?: string; stack?: string };
    return /^(CONNECTION_|ECONN|EPIPE)/.test(code ?? "") ||
      /node_modules\/postgres\//.test(stack ?? "");
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (isFromDriver(event.reason)) event.preventDefault();
  });
  globalThis.addEventListener("error", (event) => {
    if (isFromDriver(event.error)) event.preventDefault();
  });
}
