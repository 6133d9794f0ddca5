/** The same board by what one would take instead: satori lays it out as SVG, resvg paints it as PNG. */
import {
  type BoardInput,
  countInWords,
  dayInWords,
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

let started: Promise<unknown> | undefined;

/** @returns a PNG */
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

function boardElement({ goals, name, rank_tag, theme, date, assets }: BoardInput): Element {
  const { paper, ink, faint, accent, shadow, tiles } = PALETTES[theme];
  const illustrations = [...assets.values()];
  const cards = tilesFor(goals.length).map(({ x, y, width, height }, i) => {
    const { top, bottom, ink } = tiles[i % tiles.length]!;
    const side = Math.min(width, height) * 0.6;
    const picture = illustrations[i % illustrations.length]!;
    return div(
      {
        ...{ position: "absolute", left: x, top: y, width, height, padding: 24, color: ink },
        ...{ borderRadius: 36, overflow: "hidden", fontFamily: "Bricolage", fontSize: 34 },
        backgroundImage: `linear-gradient(180deg, ${top}, ${bottom})`,
        boxShadow: `0 ${shadow.down}px ${2 * shadow.blur}px ${shadow.color}29`,
      },
      goals[i]!,
      {
        type: "img",
        props: {
          src: `data:image/webp;base64,${picture.toBase64()}`,
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
    div(
      {
        position: "absolute",
        left: 48,
        top: 64,
        fontFamily: "Fraunces",
        fontSize: 90,
        color: ink,
      },
      titleFor(name ?? ""),
    ),
    div({ ...line, right: 48, top: 60, color: ink }, rank_tag ?? ""),
    ...cards,
    div({ ...line, left: 48, bottom: 20, color: faint }, dayInWords(date)),
    div({ ...line, right: 48, bottom: 20, color: faint }, countInWords(goals.length)),
  );
}
