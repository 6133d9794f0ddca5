/**
 * npm run bench: how soon the local stack is ready, and how soon a job is a board.
 * Medians of one run on one machine; compare runs only with runs of the same machine.
 */
import { startStack } from "../local-stack/stack.ts";
import { dim, print, table } from "../commands/lib/terminal.ts";
import { signUp } from "../commands/lib/person.ts";
import { sampleGoals as goals } from "../commands/lib/samples.ts";

const starts = 5;
const jobs = 20;
const quiet = { begin() {}, done() {} };
const options = { api: 0, db: 0, qstash: 0, onLog() {} };

/** The middle, the fastest and the slowest, in milliseconds. */
function summary(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const ms = (value: number) => `${Math.round(value)} ms`;
  const range = `${ms(sorted[0]!)} to ${ms(sorted.at(-1)!)}`;
  return `${ms(sorted[Math.floor(sorted.length / 2)]!).padStart(8)}   ${dim(range)}`;
}

/** From the command on a fresh directory to the line that says ready, processes and all. */
async function coldStart(): Promise<number> {
  const dir = await Deno.makeTempDir({ prefix: "vision-board-bench-" });
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "tools/commands/start.ts", "--dir", dir],
    env: { API_PORT: "0", DB_PORT: "0", QSTASH_PORT: "0", WEB_PORT: "0", NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "", time = 0;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (time === 0 && /^Ready/m.test(text)) {
      time = performance.now() - started;
      child.kill("SIGINT");
    }
  }
  await child.status;
  await Deno.remove(dir, { recursive: true });
  if (time === 0) throw new Error(`npm start did not get ready:\n${text}`);
  return time;
}

const ready: number[] = [];
for (let i = 0; i < starts; i++) ready.push(await coldStart());

const stack = await startStack(options);
const created: number[] = [], completed: number[] = [];
try {
  for (let i = 0; i < jobs + 1; i++) {
    const person = await signUp(stack.env, quiet); // one each: a person may make 20 a day
    const started = performance.now();
    const { id } = await person.createJob({ goals, name: "Ava", rank_tag: "@ava" });
    const accepted = performance.now();
    await person.waitForBoard(id);
    if (i === 0) continue; // the first one starts the engine
    created.push(accepted - started);
    completed.push(performance.now() - started);
  }
} finally {
  await stack.stop();
}

print("\nMedian, and fastest to slowest\n");
table([
  [`npm start until ready, ${starts} times`, summary(ready)],
  [`create-job answers, ${jobs} jobs of ${goals.length} goals`, summary(created)],
  [`create until the owner reads complete, the same jobs`, summary(completed)],
]);
print();
Deno.exit(0);
