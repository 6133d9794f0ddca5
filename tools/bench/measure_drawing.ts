/** What one board costs a fresh process, which is what an edge function is when a message wakes it. */
import { assetsFor, decodePicture } from "../../supabase/functions/_board/mod.ts";
import { readAssets } from "../commands/lib/read_assets.ts";
import { run } from "../commands/lib/process.ts";
import { sampleGoals } from "../commands/lib/samples.ts";
import { standInPhotos } from "../commands/lib/stand_in_photos.ts";
import { type Bench, newTable, takeTurns } from "./rounds.ts";
import { pngOf } from "./satori_board.ts";

const NOTE =
  "CPU of the main thread, of which Edge Functions may take 2,000 ms, and the most memory " +
  "that was resident at once, of which they may take 256 MB. satori and resvg draw cards, words and " +
  "illustrations, but no scenes, and a PNG.";

export async function measure(bench: Bench) {
  const write = async (pictures: Iterable<Uint8Array>) => {
    const dir = await Deno.makeTempDir({ prefix: "vision-board-bench-" });
    bench.defer(() => Deno.remove(dir, { recursive: true }));
    for (const [i, bytes] of [...pictures].entries()) await Deno.writeFile(`${dir}/${i}`, bytes);
    return dir;
  };
  const photos = await write(await standInPhotos(8));
  const assets = [...readAssets(await assetsFor({ goals: sampleGoals })).values()];
  const illustrations = await write((await Promise.all(assets.map(decodePicture))).map(pngOf));
  const draw = (...args: string[]) => async () => {
    const options = ["run", "--quiet", "--no-check", "--allow-all", "tools/bench/draw_once.ts"];
    return JSON.parse(await run(Deno.execPath(), [...options, ...args]));
  };
  const turns = {
    "8 illustrated goals": draw("ours", "8", "screen"),
    "8 photographs of 1024×1024": draw("ours", "8", "screen", photos),
    "12 of them for print, the most there is": draw("ours", "12", "print", photos),
    "8 illustrated goals by satori and resvg": draw("satori", "8", "screen", illustrations),
  };
  const cpu = newTable("Drawing a board: CPU in ms", NOTE, "drawing");
  const size = newTable("Drawing a board: memory and file", NOTE);
  await takeTurns(bench, "Drawing", turns, {
    first: [cpu, "first board of a process"],
    next: [cpu, "the next"],
    memory: [size, "memory, MB"],
    kilobytes: [size, "file, KB"],
  });
  return [cpu, size];
}
