import {
  type Asset,
  type Assets,
  assetsFor,
  type BoardInput,
} from "../../../supabase/functions/_board/mod.ts";

/** Assets from this repository, which the functions read from their bucket. */
export function readAssets(wanted: readonly Asset[]): Assets {
  const files = new Map<string, Uint8Array>();
  return new Map(wanted.map(({ file, part, hash }) => {
    const bytes = files.get(file) ??
      Deno.readFileSync(new URL(`../../../supabase/board-assets/${file}`, import.meta.url));
    files.set(file, bytes);
    return [hash, part ? bytes.slice(...part) : bytes];
  }));
}

/** A board with the assets that it needs. */
export async function withAssets<T extends Omit<BoardInput, "assets">>(
  input: T,
): Promise<T & BoardInput> {
  return { ...input, assets: readAssets(await assetsFor(input)) };
}
