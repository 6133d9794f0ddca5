import embedded from "../../../supabase/functions/_board/assets/font_slices.ts";
import { fromBase64, unbrotli } from "../../../supabase/functions/_board/engine/unpack.ts";
import { startEngine } from "../../../supabase/functions/_board/engine/engine.ts";
import type { FontSlice } from "../../../supabase/functions/_board/text/fonts.ts";
import { splitPack } from "../../../supabase/functions/_board/text/font_packs.ts";
import type { Node, Renderer } from "../../../supabase/functions/_board/engine/takumi.d.ts";
import { packFile } from "./boards.ts";

/** The engine can draw SVG as well, of which the product has no use: each glyph is a path by itself. */
interface Outliner {
  renderSvg(
    node: Node,
    options: { width: number; height: number; images: []; fontFamilies: string[] },
  ): Promise<string>;
}

/** Glyphs are compared at one size; their outlines are rounded to a hundredth of a pixel. */
const SIZE = 40;

const pick = (style: Node["style"] = {}, ...names: string[]) =>
  Object.fromEntries(names.flatMap((name) => name in style ? [[name, style[name] ?? ""]] : []));

/** The outlines of all glyphs of some texts, each text drawn on its own, in the families of its style. */
export async function outlines(renderer: Renderer, texts: readonly Node[]): Promise<Set<string>> {
  const root: Node = {
    type: "container",
    style: { display: "flex", flexDirection: "column", width: 20_000 },
    children: texts.map((node) => ({
      ...node,
      style: {
        fontFamily: "lone",
        fontWeight: 700,
        ...pick(
          node.style,
          "fontFamily",
          "fontWeight",
          "fontFeatureSettings",
          "direction",
        ),
        fontSize: SIZE,
        whiteSpace: "nowrap",
        color: "#000",
      },
    })),
  };
  const svg = await (renderer as Renderer & Outliner).renderSvg(root, {
    width: 20_000,
    height: 60 * texts.length + 60,
    images: [],
    fontFamilies: ["Bricolage"],
  });
  return new Set(Array.from(svg.matchAll(/<path id="[^"]*" d="([^"]*)"/g), ([, d = ""]) => d));
}

/**
 * What must never be on a board: what each font draws for a character that it lacks, boxes of five kinds,
 * and the letters of the face that the engine brings along and turns to in the last resort.
 */
export async function boxes(): Promise<Set<string>> {
  await startEngine(); // the wasm is one for the module, and a renderer of our own has fonts of our own
  const { Renderer } = await import(
    "../../../supabase/functions/_board/assets/takumi.js"
  ) as typeof import("../../../supabase/functions/_board/engine/takumi.d.ts");
  const lacking: Node = { type: "text", text: "\u{10FFFF}" };
  const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join(" ");
  const found = await outlines(new Renderer(), [lacking, {
    type: "text",
    text: letters + " q\u0308\u0323",
  }]);
  const fonts = [
    ...(embedded as readonly FontSlice[]).map(({ data }) => unbrotli(fromBase64(data))),
    ...(["SC", "TC", "JP", "KR"] as const).flatMap((pack) => splitPack(packFile(pack))),
  ];
  for (const data of fonts) {
    const renderer = new Renderer();
    await renderer.registerFont({ name: "lone", data, unicodeRange: [[0x10ffff, 0x10ffff]] });
    for (const outline of await outlines(renderer, [lacking])) found.add(outline);
  }
  return found;
}
