/**
 * npm run bench: what one board costs a fresh process, which is what an edge function is when a
 * message wakes it. Ways in turn, so that a noisy moment hits them all; medians of ten.
 */
import { Buffer } from "node:buffer";
import { installPackages } from "../commands/lib/process.ts";
import { landscapes } from "../commands/lib/landscapes.ts";
import { bold, dim, print, table } from "../commands/lib/terminal.ts";
import { composeBoard } from "../../supabase/functions/_board/compose.ts";
import { HEIGHT, WIDTH } from "../../supabase/functions/_board/layout.ts";
import { input } from "./board/input.ts";
import type { Spent } from "./board/measured.ts";

const times = 10;
/** What a board may cost at the median. */
const limits: Record<string, Spent> = {
  "8 illustrated goals": { cpu: 550, memory: 150 },
  "8 photographs of 1024×1024": { cpu: 900, memory: 200 },
};

await installPackages("tools/board-assets");
const temporary = await Deno.makeTempDir({ prefix: "vision-board-bench-" });
const photos = await photographs();
const ways: [name: string, script: string, args: string[]][] = [
  ["8 illustrated goals", "illustrated.ts", []],
  ["8 photographs of 1024×1024", "photographs.ts", [photos]],
  ["12 of them for print, the most there is", "photographs.ts", [photos, "12", "print"]],
  ["8 illustrated goals, satori + resvg", "satori.ts", [
    await recipe(),
    "tools/board-assets/node_modules/@fontsource/noto-sans/files/noto-sans-latin-700-normal.woff",
    "node_modules/@resvg/resvg-wasm/index_bg.wasm",
  ]],
];
const results = new Map(ways.map(([name]) => [name, [] as (Spent & { bytes: number })[]]));
for (let i = 0; i < times; i++) {
  for (const [name, script, args] of ways) results.get(name)!.push(await run(script, args));
}
await Deno.remove(temporary, { recursive: true });

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(times / 2)]!;
let within = true;
print(bold(`\nOne board, a fresh process, the median of ${times}\n`));
table([...results].map(([name, runs]) => {
  const cpu = median(runs.map((run) => run.cpu));
  const memory = median(runs.map((run) => run.memory));
  const limit = limits[name];
  if (limit && (cpu > limit.cpu || memory > limit.memory)) within = false;
  return [
    name,
    `${cpu} ms CPU, ${Math.round(memory)} MB at most, ${
      Math.round(median(runs.map((run) => run.bytes)) / 1000)
    } KB${limit ? dim(`   limit ${limit.cpu} ms, ${limit.memory} MB`) : ""}`,
  ];
}));
if (!within) print("\nA limit is passed.");

async function run(script: string, args: string[]): Promise<Spent & { bytes: number }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", `tools/bench/board/${script}`, ...args],
  }).output();
  if (!success) throw new Error(`${script}: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** A directory of eight photographs. */
async function photographs(): Promise<string> {
  const directory = `${temporary}/photographs`;
  await Deno.mkdir(directory);
  for (const [i, bytes] of (await landscapes(8)).entries()) {
    await Deno.writeFile(`${directory}/${i}.jpg`, bytes);
  }
  return directory;
}

/** Our board as a file: its nodes, and its images as data URIs that resvg can read. */
async function recipe(): Promise<string> {
  const { root, images, renderer } = await composeBoard(input);
  const uri = async ({ src, data }: typeof images[number]) => {
    if (data[0] === 0x3c) {
      return `data:image/svg+xml;base64,${Buffer.from(data).toString("base64")}`;
    }
    const png = await renderer.render(
      { type: "image", src, style: { width: 256, height: 256 } },
      { width: 256, height: 256, format: "png", images: [{ src, data, cache: "none" }] },
    );
    return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  };
  const uris = await Promise.all(images.map(async (image) => [image.src, await uri(image)]));
  const file = `${temporary}/recipe.json`;
  await Deno.writeTextFile(
    file,
    JSON.stringify({ root, images: Object.fromEntries(uris), width: WIDTH, height: HEIGHT }),
  );
  return file;
}
