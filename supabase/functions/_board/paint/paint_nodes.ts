import type { Area, Matrix, Painter } from "../engine/painter.ts";
import type { Fonts } from "../text/fonts.ts";
import { baselineOf, shapeLine } from "../text/shape_line.ts";
import type { Rect } from "./layout.ts";
import type { Node, Stop, TextNode } from "./nodes.ts";
import { rgb } from "./palette.ts";

/** Where nodes are painted: their origin, and what they may touch, in pixels of the picture. */
interface Surface {
  readonly painter: Painter;
  readonly fonts: Fonts;
  /** Pixels of the picture for each of the layout's. */
  readonly ratio: number;
  readonly x: number;
  readonly y: number;
  readonly area: Area;
}

/** Paints nodes, one over the other, on a picture of this size that the painter has begun. */
export function paintNodes(
  painter: Painter,
  { nodes, fonts }: { readonly nodes: readonly Node[]; readonly fonts: Fonts },
  { width, height, ratio }: { width: number; height: number; ratio: number },
): void {
  const area = { x0: 0, y0: 0, x1: width, y1: height };
  for (const node of nodes) paintNode(node, { painter, fonts, ratio, x: 0, y: 0, area });
}

function paintNode(node: Node, on: Surface): void {
  const { painter, ratio, area } = on;
  const scale = (x: number) => x * ratio;
  const place: Matrix = [ratio, 0, 0, ratio, scale(on.x), scale(on.y)];
  switch (node.type) {
    case "gradient":
      return painter.linear(
        areaOf(node.rect, on),
        lineOf(node, on),
        toNumber(node.colors[0]),
        toNumber(node.colors[1]),
      );
    case "glow": {
      const [x, y, rx, ry] = [on.x + node.x, on.y + node.y, node.rx, node.ry].map(scale) as [
        number,
        number,
        number,
        number,
      ];
      return painter.radial(area, { x, y, rx, ry }, toNumber(node.color), node.stops);
    }
    case "veil": {
      const within = areaOf(node.rect, on);
      const rows = node.towards === "top" || node.towards === "bottom";
      const alphas = alphasOf(node, rows ? within.y1 - within.y0 : within.x1 - within.x0);
      return painter.veil(within, rows ? "rows" : "columns", toNumber(node.color), alphas);
    }
    case "shape":
      return painter.fill(
        new Float32Array(node.path),
        place,
        area,
        toNumber(node.color),
        node.alpha,
      );
    case "text":
      return paintText(node, place, on);
    case "picture": {
      const { picture: { rgba, width, height }, rect, crop } = node;
      const zoom = Math.max(rect.width / width, rect.height / height);
      const whole = crop
        ? {
          x: rect.x + (rect.width - width * zoom) / 2,
          y: rect.y + (rect.height - height * zoom) / 2,
          width: width * zoom,
          height: height * zoom,
        }
        : rect;
      return painter.picture(rgba, width, height, boxOf(whole, on), areaOf(rect, on));
    }
    case "card": {
      const { rect, radius, shadow, nodes } = node;
      const box = boxOf(rect, on);
      const below = { ...box, y: box.y + scale(shadow.down) };
      const color = toNumber(shadow.color);
      painter.shadow(below, scale(radius), scale(shadow.blur), color, shadow.alpha, box);
      const inside = { ...on, x: on.x + rect.x, y: on.y + rect.y, area: areaOf(rect, on) };
      painter.rounded(box, scale(radius), () => nodes.forEach((one) => paintNode(one, inside)));
    }
  }
}

/** Letter by letter: outlines in ems, scaled to the size, on the line's baseline; lines on whole pixels. */
function paintText(node: TextNode, place: Matrix, { painter, fonts, ratio, area }: Surface): void {
  const { text, face, size, top, leading, left, right = 0, matrix = [1, 0, 0, 1, 0, 0] } = node;
  const line = shapeLine(text, face, fonts);
  const start = Math.round((left ?? right - line.width * size) * ratio) / ratio;
  const base = (Math.round(top * ratio) + baselineOf(line, size * ratio, leading)) / ratio;
  const color = toNumber(node.color);
  for (const { outline, x, y } of line.glyphs) {
    const letter: Matrix = [size, 0, 0, size, start + x * size, base + y * size];
    painter.fill(outline, multiply(place, multiply(matrix, letter)), area, color);
  }
}

/** First `b`, then `a`. */
const multiply = (a: Matrix, b: Matrix): Matrix => [
  a[0] * b[0] + a[2] * b[1],
  a[1] * b[0] + a[3] * b[1],
  a[0] * b[2] + a[2] * b[3],
  a[1] * b[2] + a[3] * b[3],
  a[0] * b[4] + a[2] * b[5] + a[4],
  a[1] * b[4] + a[3] * b[5] + a[5],
];

const toNumber = (color: string): number => {
  const [r, g, b] = rgb(color);
  return r << 16 | g << 8 | b;
};

function boxOf({ x, y, width, height }: Rect, on: Surface): Rect {
  const { ratio } = on;
  return {
    x: (on.x + x) * ratio,
    y: (on.y + y) * ratio,
    width: width * ratio,
    height: height * ratio,
  };
}

/** The whole pixels of a rectangle, as far as they may be touched. */
function areaOf(rect: Rect, on: Surface): Area {
  const { x, y, width, height } = boxOf(rect, on);
  return {
    x0: Math.max(on.area.x0, Math.round(x)),
    y0: Math.max(on.area.y0, Math.round(y)),
    x1: Math.min(on.area.x1, Math.round(x + width)),
    y1: Math.min(on.area.y1, Math.round(y + height)),
  };
}

/**
 * How a gradient's line runs over the picture: the share of its second colour is ax × x + ay × y + c.
 * https://www.w3.org/TR/css-images-3/#linear-gradients
 */
function lineOf(
  { rect, angle, end }: Node & { type: "gradient" },
  on: Surface,
): [number, number, number] {
  const { x, y, width, height } = boxOf(rect, on);
  const [sin, cos] = [Math.sin(angle * Math.PI / 180), -Math.cos(angle * Math.PI / 180)];
  const length = Math.abs(width * sin) + Math.abs(height * cos);
  const middle = (x + width / 2) * sin + (y + height / 2) * cos;
  return [sin / length / end, cos / length / end, (0.5 - middle / length) / end];
}

/** A veil's opacity at each of so many pixels, from the left or the top. */
function alphasOf(
  { stops, towards }: { stops: readonly Stop[]; towards: string },
  count: number,
): Float32Array {
  const back = towards === "top" || towards === "left";
  return Float32Array.from({ length: count }, (_, i) => {
    const place = ((back ? count - 1 - i : i) + 0.5) / count;
    const next = stops.findIndex(([at]) => at > place);
    const [to, from] = [stops.at(next)!, stops.at(next === -1 ? -1 : Math.max(0, next - 1))!];
    const share = to[0] === from[0] ? 0 : (place - from[0]) / (to[0] - from[0]);
    return from[1] + (to[1] - from[1]) * share;
  });
}
