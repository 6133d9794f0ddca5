/**
 * Draws a board twice from nothing and prints what the process spent on it, as one line of JSON.
 * Arguments: `ours` or `satori`, how many goals, the size, and a directory of pictures for them; without
 * it they are illustrated.
 */
import process from "node:process";
import { type BoardSize, drawBoard } from "../../supabase/functions/_board/mod.ts";
import { withAssets } from "../commands/lib/read_assets.ts";
import { sampleGoals } from "../commands/lib/samples.ts";

const [by, count, size, directory] = Deno.args as [string, string, BoardSize, string?];
const files = directory
  ? [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`)
  : [];
const places = [...Array(Number(count)).keys()];

async function draw(): Promise<number> {
  const input = await withAssets({
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
  });
  const { bytes } = by === "ours"
    ? await drawBoard(input)
    : await (await import("./satori_board.ts")).drawWithSatori(input);
  return bytes.length;
}

/** So far: CPU of the main thread in ms, to 10 ms, and the most memory in MB. From the books of Linux. */
function spent(): { cpu: number; memory: number } {
  if (Deno.build.os !== "linux") {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    return { cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 }; // of all threads
  }
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: user and system, of 1/100 s
  const stat = Deno.readTextFileSync("/proc/thread-self/stat").split(") ")[1]!.split(" ");
  const status = Deno.readTextFileSync("/proc/self/status"); // maxRSS has its parent's as well
  const memory = Number(status.match(/VmHWM:\s+(\d+)/)![1]) / 1024;
  return { cpu: (Number(stat[11]) + Number(stat[12])) * 10, memory };
}

const bytes = await draw();
const { cpu: first, memory } = spent();
await draw();
const [next, kilobytes] = [spent().cpu - first, bytes / 1000];
console.log(JSON.stringify({ first, next, memory, kilobytes }));
