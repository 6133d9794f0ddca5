/**
 * npm run bench: what one board costs a fresh process, which is what an edge function is when a
 * message wakes it. The kinds in turn, so that a noisy moment hits them all; medians of ten.
 */
import { standInPhotos } from "../commands/lib/stand_in_photos.ts";
import { bold, dim, print, table } from "../commands/lib/terminal.ts";

/** What a process spent on one board. */
interface Spent {
  /** Milliseconds of the main thread, which is what hosted Edge Functions count; to 10 ms. */
  cpu: number;
  /** The most memory that was resident at once, in MB. */
  memory: number;
  /** How large the board became. */
  bytes: number;
}

const times = 10;
const temporary = await Deno.makeTempDir({ prefix: "vision-board-bench-" });
for (const [i, bytes] of (await standInPhotos(8)).entries()) {
  await Deno.writeFile(`${temporary}/${i}.jpg`, bytes);
}
/** By kind, the arguments of draw_once.ts and what a board may cost at the median. */
const kinds: [name: string, args: string[], limit?: { cpu: number; memory: number }][] = [
  ["8 illustrated goals", ["8", "screen"], { cpu: 450, memory: 120 }],
  ["8 photographs of 1024×1024", ["8", "screen", temporary], { cpu: 550, memory: 130 }],
  ["12 of them for print, the most there is", ["12", "print", temporary]],
];
const results = kinds.map((): Spent[] => []);
for (let i = 0; i < times; i++) {
  for (const [k, [, args]] of kinds.entries()) results[k]!.push(await drawOnce(args));
}
await Deno.remove(temporary, { recursive: true });

let within = true;
print(bold(`\nOne board, a fresh process, the median of ${times}\n`));
table(kinds.map(([name, , limit], k) => {
  const median = (what: keyof Spent) =>
    results[k]!.map((spent) => spent[what]).sort((a, b) => a - b)[Math.floor(times / 2)]!;
  const [cpu, memory, bytes] = [median("cpu"), median("memory"), median("bytes")];
  if (limit && (cpu > limit.cpu || memory > limit.memory)) within = false;
  const cost = `${cpu} ms CPU, ${Math.round(memory)} MB at most, ${Math.round(bytes / 1000)} KB`;
  return [name, cost + (limit ? dim(`   limit ${limit.cpu} ms, ${limit.memory} MB`) : "")];
}));
if (!within) print("\nA limit is passed.");

async function drawOnce(args: string[]): Promise<Spent> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", "tools/bench/draw_once.ts", ...args],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
