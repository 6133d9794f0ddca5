/** lite prints every database error to the console. Inside `capture` its output goes to a log instead. */
import { AsyncLocalStorage } from "node:async_hooks";

type Log = (line: string) => void;
const logs = new AsyncLocalStorage<Log | undefined>();

for (const method of ["log", "info", "warn", "error"] as const) {
  const print = console[method].bind(console);
  console[method] = (...args: unknown[]) => {
    const log = logs.getStore();
    if (log === undefined) return print(...args);
    const line = args.map((arg) => arg instanceof Error ? arg.message : String(arg)).join(" ");
    logs.run(undefined, () => log(line)); // the log may print to the console itself
  };
}

/** Runs a function, with everything it starts; what that prints is handed to the log. */
export function capture<T>(log: Log, run: () => T): T {
  return logs.run(log, run);
}
