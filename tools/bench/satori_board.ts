/** The same board by what one would take instead: satori lays it out as SVG, resvg paints it as PNG. */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import {
  type BoardInput,
  countInWords,
  dayInWords,
  type decodePicture,
  HEIGHT,
  PALETTES,
  tilesFor,
  titleFor,
  WIDTH,
  yearFor,
} from "../../supabase/functions/_board/mod.ts";

interface Element {
  type: string;
  props: Record<string, unknown>;
}

const div = (style: object, ...children: (Element | string)[]): Element => ({
  type: "div",
  props: { style: { display: "flex", ...style }, children },
});

/** Fonts as their npm packages have them; satori takes no woff2. */
const FONTS = [["Fraunces", "fraunces", 600], ["Bricolage", "bricolage-grotesque", 700]] as const;

const readPackage = (file: string) =>
  Deno.readFile(new URL(`node_modules/${file}`, import.meta.url));

const TITLE = { fontFamily: "Fraunces", fontSize: 90 };

let started: Promise<unknown> | undefined;

/**
 * @param input its photos are the illustrations, as PNG
 * @returns a PNG
 */
export async function drawWithSatori(input: BoardInput): Promise<{ bytes: Uint8Array }> {
  const [{ default: satori }, { initWasm, Resvg }] = await Promise.all([
    import(import.meta.resolve("satori")),
    import(import.meta.resolve("@resvg/resvg-wasm")),
  ]);
  await (started ??= initWasm(readPackage("@resvg/resvg-wasm/index_bg.wasm")));
  const fonts = await Promise.all(FONTS.map(async ([name, file, weight]) => ({
    name,
    weight,
    data: await readPackage(`@fontsource/${file}/files/${file}-latin-${weight}-normal.woff`),
  })));
  const svg = await satori(boardElement(input), { width: WIDTH, height: HEIGHT, fonts });
  return { bytes: new Resvg(svg).render().asPng() };
}

/** A decoded picture as PNG: resvg reads no WebP. https://www.w3.org/TR/png-3 */
export function pngOf({ rgba, width, height }: Awaited<ReturnType<typeof decodePicture>>) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8); // bits, RGBA
  const lines = Array.from({ length: height }, (_, y) => [
    Buffer.of(0), // no filter
    rgba.subarray(y * width * 4, (y + 1) * width * 4),
  ]);
  const chunk = (name: string, data: Uint8Array) => {
    const [named, frame] = [Buffer.concat([Buffer.from(name), data]), Buffer.alloc(8)];
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(named), 4);
    return [frame.subarray(0, 4), named, frame.subarray(4)];
  };
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    ...chunk("IHDR", header),
    ...chunk("IDAT", deflateSync(Buffer.concat(lines.flat()))),
    ...chunk("IEND", Buffer.alloc(0)),
  ]);
}

function boardElement({ goals, name, rank_tag, theme, date, photos = [] }: BoardInput): Element {
  const { paper, ink, faint, accent, shadow, tiles } = PALETTES[theme];
  const cards = tilesFor(goals.length).map(({ x, y, width, height }, i) => {
    const { top, bottom, ink } = tiles[i % tiles.length]!;
    const side = Math.min(width, height) * 0.6;
    return div(
      {
        ...{ position: "absolute", left: x, top: y, width, height, padding: 24, color: ink },
        ...{
          boxSizing: "border-box",
          borderRadius: 36,
          overflow: "hidden",
          fontFamily: "Bricolage",
          fontSize: 34,
        },
        backgroundImage: `linear-gradient(180deg, ${top}, ${bottom})`,
        boxShadow: `0 ${shadow.down}px ${2 * shadow.blur}px ${shadow.color}29`,
      },
      goals[i]!,
      {
        type: "img",
        props: {
          src: `data:image/png;base64,${photos[i]!.bytes.toBase64()}`,
          ...{ width: side, height: side },
          style: { position: "absolute", right: 16, bottom: 16 },
        },
      },
    );
  });
  const line = { position: "absolute", fontFamily: "Bricolage", fontSize: 22 };
  return div(
    {
      ...{ width: WIDTH, height: HEIGHT, position: "relative" },
      backgroundImage: `linear-gradient(160deg, ${paper[0]}, ${paper[1]})`,
    },
    div({ ...line, left: 48, top: 30, color: accent }, `${yearFor(date)} · MY GOALS`),
    div({ ...line, left: 48, top: 64, ...TITLE, color: ink }, titleFor(name ?? "")),
    div({ ...line, right: 48, top: 60, color: ink }, rank_tag ?? ""),
    ...cards,
    div({ ...line, left: 48, bottom: 15, color: faint }, dayInWords(date)),
    div({ ...line, right: 48, bottom: 15, color: faint }, countInWords(goals.length)),
  );
}
