/**
 * Draws one board from nothing and prints what the process spent on it, as one line of JSON.
 * Arguments: how many goals, the size, and a directory of photographs; without it they are illustrated.
 */
import { type BoardSize, drawBoard } from "../../supabase/functions/_board/mod.ts";
import { withAssets } from "../commands/lib/read_assets.ts";
import { sampleGoals } from "../commands/lib/samples.ts";

const [count = "8", size, directory] = Deno.args as [string?, BoardSize?, string?];
const files = directory
  ? [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`)
  : [];
const places = [...Array(Number(count)).keys()];
const { bytes } = await drawBoard(
  await withAssets({
    goals: places.map((i) => sampleGoals[i % sampleGoals.length]!),
    name: "Ava",
    rank_tag: "@ava",
    theme: "light",
    date: new Date("2026-11-23"),
    size,
    photos: places.map((i) =>
      directory
        ? { bytes: Deno.readFileSync(files[i % files.length]!), credit: "Jane Doe / Pexels" }
        : null
    ),
  }),
);

// Linux's own books: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
const stat = Deno.readTextFileSync("/proc/thread-self/stat").split(") ")[1]?.split(" ") ?? [];
const ticks = Number(stat[11]) + Number(stat[12]); // user and system, of 1/100 s
const status = Deno.readTextFileSync("/proc/self/status");
console.log(JSON.stringify({
  cpu: ticks * 10,
  memory: Number(status.match(/VmHWM:\s+(\d+)/)?.[1]) / 1024,
  bytes: bytes.length,
}));
