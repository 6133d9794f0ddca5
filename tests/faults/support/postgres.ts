import type { Sql } from "postgres";
import { type Postgres, startPostgres } from "../../../tools/local-stack/postgres.ts";
import { until } from "../../support/test_stack.ts";

/** The process of the server. */
export async function serverProcess(sql: Sql): Promise<number> {
  const [row] = await sql`select current_setting('data_directory') as data`;
  return Number((await Deno.readTextFile(`${row!.data}/postmaster.pid`)).split("\n")[0]);
}

/** SIGKILL for the server; resolves when it and all of its backends are gone. */
export async function killPostgres(pid: number): Promise<void> {
  const backends = await children(pid);
  Deno.kill(pid, "SIGKILL");
  // a backend sees within moments that its server is gone; a new one must not start before
  await until(async () => (await Promise.all([pid, ...backends].map(alive))).every((a) => !a));
}

async function children(parent: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid="] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) =>
    line.trim().split(/\s+/).map(Number)
  ).filter(([, ppid]) => ppid === parent).map(([pid]) => pid!);
}

async function alive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] })
    .output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

/** The same data, the same port: crash recovery, and on it goes. */
export function startAgain(dir: string, databaseUrl: string): Promise<Postgres> {
  return startPostgres({ dir, port: Number(new URL(databaseUrl).port) });
}

/**
 * When Postgres is killed, queries of the local stack, which stands in for hosted parts, fail where nobody
 * waits for them, some of them inside the driver. That is part of the fault, and no reason to end the test.
 */
export function forgiveTheDriver(): void {
  const isTheDrivers = (error: unknown) => {
    const { code, stack } = (error ?? {}) as { code?: string; stack?: string };
    return /^(CONNECTION_|ECONN|EPIPE)/.test(code ?? "") ||
      /node_modules\/postgres\//.test(stack ?? "");
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (isTheDrivers(event.reason)) event.preventDefault();
  });
  globalThis.addEventListener("error", (event) => {
    if (isTheDrivers(event.error)) event.preventDefault();
  });
}
