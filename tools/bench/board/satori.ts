/**
 * The usual way to draw in an edge function, satori for the layout and resvg for the pixels, from nothing.
 * It gets the places that our board has decided, so it is spared choosing, measuring and breaking lines;
 * its output is PNG, as resvg writes nothing else.
 */
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import satori from "satori";
import { Buffer } from "node:buffer";
import { tell } from "./measured.ts";

/** A node of our board: see supabase/functions/_board/takumi.d.ts. */
interface Node {
  type: string;
  text?: string;
  src?: string;
  style?: Record<string, string | number>;
  children?: Node[];
}

const [recipe, font, wasm] = Deno.args as [string, string, string];
const { root, images, width, height } = JSON.parse(Deno.readTextFileSync(recipe));

/** satori's elements look like React's. */
function element({ type, text, src, style = {}, children = [] }: Node): unknown {
  const url = String(style.backgroundImage ?? "").match(/^url\((.+)\)$/)?.[1];
  const own = { display: "flex", ...style, ...(url && { backgroundImage: `url(${images[url]})` }) };
  if (type === "image") return { type: "img", props: { src: images[src ?? ""], style: own } };
  const inside = type === "text" ? text : children.map(element);
  return { type: "div", props: { style: { ...own, fontFamily: "Noto" }, children: inside } };
}

const data = Deno.readFileSync(font);
const fonts = [{ name: "Noto", data: data.buffer, weight: 700 as const, style: "normal" as const }];
await initWasm(Deno.readFileSync(wasm));
// deno-lint-ignore no-explicit-any -- satori's type is React's, which is not installed
const svg = await satori(element(root) as any, { width, height, fonts });
tell(Buffer.from(new Resvg(svg).render().asPng()));
