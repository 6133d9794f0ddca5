/** The edge functions of a project, one process each. */
import { join, relative } from "node:path";
import { FunctionProcess } from "./function_process.ts";
import type { Isolate, IsolateLimits } from "./isolate_limits.ts";

const DEBOUNCE_MS = 150;

export interface FunctionsOptions {
  /** The project: its supabase/functions and node_modules are what functions may read. */
  project: string;
  /** Where they are, if not in its supabase/functions. */
  directory?: string;
  /** The environment of every function. */
  env: Record<string, string>;
  /** Starts functions anew when their files change. */
  watch?: boolean;
  /** Hosted's limits for each process. Left out: none. */
  isolates?: IsolateLimits;
  onLog: (name: string, line: string) => void;
}

export interface Functions {
  names(): string[];
  /** The process, or null where it does not run at the moment. */
  pid(name: string): number | null;
  /** Sends a signal to the process, for tests of faults. */
  kill(name: string, signal: Deno.Signal): void;
  /** Settles when the function serves requests; at once if it does. */
  ready(name: string): Promise<void>;
  /** Settles when the function serves requests the next time. */
  restarted(name: string): Promise<void>;
  /** Where it listens; waits up to `ms` while it is starting. */
  locate(name: string, ms: number): Promise<Isolate | "unknown" | "failed">;
  stop(): Promise<void>;
}

/** Starts every function. Returns at once; they get ready one by one, each within about 0.5 s. */
export function startFunctions(options: FunctionsOptions): Functions {
  const { project, env, watch = false, isolates, onLog } = options;
  const own = join(project, "supabase/functions");
  const { directory = own } = options;
  const read = [...new Set([own, directory, join(project, "node_modules")])];
  const processes = new Map<string, FunctionProcess>();

  const add = (name: string) =>
    processes.set(
      name,
      new FunctionProcess({
        name,
        entry: join(directory, name, "index.ts"),
        env: { ...env, SB_EXECUTION_ID: crypto.randomUUID(), DENO_DEPLOYMENT_ID: `local_${name}` },
        read,
        watched: watch,
        limits: isolates,
        onLog: (line) => onLog(name, line),
      }),
    );
  folders(directory).forEach(add);

  const get = (name: string): FunctionProcess => {
    const found = processes.get(name);
    if (found === undefined) throw new Error(`There is no function ${name} in ${directory}`);
    return found;
  };

  /** Brings the processes in line with the files that changed. */
  const refresh = (changed: Set<string>) => {
    const present = new Set(folders(directory));
    for (const [name, process] of processes) {
      if (present.has(name)) continue;
      processes.delete(name);
      void process.stop();
    }
    const all = [...changed].some((folder) => folder.startsWith("_"));
    for (const name of present) {
      if (!processes.has(name)) add(name);
      else if (all || changed.has(name)) {
        get(name).restart();
        onLog(name, "files changed, started anew");
      }
    }
  };
  const watcher = watch && processes.size > 0 ? watchFolders(directory, refresh) : undefined;

  return {
    names: () => [...processes.keys()],
    pid: (name) => get(name).running?.pid ?? null,
    kill: (name, signal) => get(name).kill(signal),
    ready: (name) => get(name).ready(),
    restarted: (name) => get(name).restarted(),
    async locate(name, ms) {
      const process = processes.get(name);
      if (process === undefined) return "unknown";
      await process.settled(ms);
      return process.running ?? "failed";
    },
    async stop() {
      watcher?.close();
      await Promise.all([...processes.values()].map((process) => process.stop()));
    },
  };
}

/** Folders with an index.ts, except shared ones (`_shared`). */
function folders(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)]
      .filter(({ name, isDirectory }) => isDirectory && !name.startsWith("_"))
      .map(({ name }) => name)
      .filter((name) =>
        [...Deno.readDirSync(join(directory, name))].some((f) => f.name === "index.ts")
      )
      .sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Calls back with the names of the folders that changed, once the writing has paused. */
function watchFolders(directory: string, onChange: (folders: Set<string>) => void): Deno.FsWatcher {
  const real = Deno.realPathSync(directory); // as macOS reports it
  const watcher = Deno.watchFs(real);
  void (async () => {
    let changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    for await (const { kind, paths } of watcher) {
      if (kind === "access") continue;
      for (const path of paths) changed.add(relative(real, path).split("/")[0]!);
      clearTimeout(timer);
      timer = setTimeout(() => {
        onChange(changed);
        changed = new Set();
      }, DEBOUNCE_MS);
    }
    clearTimeout(timer);
  })();
  return watcher;
}
