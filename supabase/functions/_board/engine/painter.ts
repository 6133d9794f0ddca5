/** Paints pictures: the one door to the painter, whose source is in tools/board-assets/painter. */
import { fromBase64, unbrotli } from "./unpack.ts";

/** Pixels from x0 to before x1 and from y0 to before y1: integers. What lies off the picture is cut. */
export interface Area {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** In pixels, and parts of them. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place, a turn and a scale: a b c d e f as in SVG and CSS. */
export type Matrix = readonly [number, number, number, number, number, number];

/** What the wasm exports; places in its memory are numbers. */
interface Wasm {
  readonly memory: WebAssembly.Memory;
  begin(width: number, height: number): number;
  allocate(bytes: number): number;
  mark(): number;
  release(to: number): void;
  linear(...numbers: number[]): void;
  radial(...numbers: number[]): void;
  veil(...numbers: number[]): void;
  fill(...numbers: number[]): void;
  shadow(...numbers: number[]): void;
  cornerBytes(radius: number): number;
  corners(...numbers: number[]): void;
  picture(...numbers: number[]): void;
  jpeg(quality: number, to: number): number;
}

let starting: Promise<Painter> | undefined;

/**
 * The isolate's painter. Its 15 KB of wasm are imported by the first picture; the next one tries a failed
 * start again.
 */
export function startPainter(): Promise<Painter> {
  return starting ??= import("../assets/painter.ts").then(({ default: wasm }) => {
    const module = new WebAssembly.Module(unbrotli(fromBase64(wasm as string)));
    return new Painter(new WebAssembly.Instance(module).exports as unknown as Wasm);
  }).catch((error) => {
    starting = undefined;
    throw error;
  });
}

/**
 * One picture at a time, from `begin` to `pixels` or `jpeg`. All of it is synchronous: nobody else paints in
 * between. Colours are 0xRRGGBB, opacities 0 to 1, lengths pixels.
 */
export class Painter {
  #width = 0;
  #height = 0;
  #canvas = 0;
  /** Where paths are that were filled before, glyphs above all. */
  #paths = new Map<Float32Array, number>();

  constructor(private readonly wasm: Wasm) {}

  /** Begins an empty picture; the one before is gone. */
  begin(width: number, height: number): void {
    [this.#width, this.#height] = [width, height];
    this.#canvas = this.wasm.begin(width, height);
    this.#paths.clear();
  }

  /** Opaque, from one colour to another: the share of the second at x, y is ax × x + ay × y + c. */
  linear(
    area: Area,
    [ax, ay, c]: readonly [ax: number, ay: number, c: number],
    from: number,
    to: number,
  ): void {
    this.wasm.linear(...this.#cut(area), ax, ay, c, from, to);
  }

  /**
   * A colour that fades with the distance from the middle of an ellipse.
   * @param stops distance, 0 in the middle and 1 at the edge, and opacity: the first at 0, perhaps one
   *   between, the last at 1 and nothing
   */
  radial(
    area: Area,
    { x, y, rx, ry }: { x: number; y: number; rx: number; ry: number },
    color: number,
    stops: readonly (readonly [distance: number, alpha: number])[],
  ): void {
    const inner = stops[0]![1];
    const [distance, alpha] = stops.length > 2 ? stops[1]! : [0.5, inner / 2];
    this.wasm.radial(...this.#cut(area), x, y, rx, ry, color, inner, alpha, distance);
  }

  /** A colour with an opacity for each row of the area, or for each column. */
  veil(area: Area, along: "rows" | "columns", color: number, alphas: Float32Array): void {
    const { length } = alphas;
    const [x0, y0, x1, y1] = this.#cut(
      along === "rows"
        ? { ...area, y1: Math.min(area.y1, area.y0 + length) }
        : { ...area, x1: Math.min(area.x1, area.x0 + length) },
    );
    const skipped = along === "rows" ? y0 - area.y0 : x0 - area.x0;
    const start = this.wasm.mark();
    // four more: rows are painted four pixels at a time
    const at = this.wasm.allocate(length * 4 + 16);
    new Int32Array(this.wasm.memory.buffer, at).set(alphas.map((alpha) => alpha * 32767));
    this.wasm.veil(x0, y0, x1, y1, Number(along === "columns"), color, at + skipped * 4);
    this.wasm.release(start);
  }

  /**
   * Fills a path: 0 x y moves, 1 x y draws a line, 2 and 3 curves with one and two control points, 4 closes.
   * It is read once for each picture, and must not change before the next.
   */
  fill(
    path: Float32Array,
    matrix: Matrix,
    area: Area,
    color: number,
    alpha = 1,
  ): void {
    let at = this.#paths.get(path);
    if (at === undefined) {
      at = this.wasm.allocate(path.byteLength + 32); // the reader looks one command ahead
      new Float32Array(this.wasm.memory.buffer, at, path.length + 8).fill(0, path.length).set(path);
      this.#paths.set(path, at);
    }
    this.wasm.fill(at, path.length, ...matrix, ...this.#cut(area), color, alpha);
  }

  /**
   * The shadow of a rounded rectangle, blurred with a standard deviation; not where the rectangle itself
   * will be painted, the hole. Boxes are rounded to whole pixels. The radius is at most half the box, the
   * deviation at most 100; they are exact for boxes wider and taller than two radii and six deviations.
   */
  shadow(box: Box, radius: number, sigma: number, color: number, alpha: number, hole: Box): void {
    const corner = radiusOf(radius, box);
    const blur = Math.max(0, Math.min(100, sigma)) || 0;
    this.wasm.shadow(...whole(box), corner, blur, color, alpha, ...whole(hole));
  }

  /** Paints, and then puts back what was outside the rounded corners of a box. */
  rounded(box: Box, radius: number, paint: () => void): void {
    const corner = radiusOf(radius, box);
    const kept = this.wasm.allocate(this.wasm.cornerBytes(corner));
    this.wasm.corners(...whole(box), corner, kept, 0);
    paint();
    this.wasm.corners(...whole(box), corner, kept, 1);
  }

  /** A picture, scaled to a box; as much of it as lies in the area. Four bytes a pixel, straight alpha. */
  picture(rgba: Uint8Array, width: number, height: number, to: Box, area: Area): void {
    if (rgba.length < width * height * 4) throw new RangeError("The picture lacks pixels.");
    const start = this.wasm.mark();
    const at = this.wasm.allocate(rgba.length + 16);
    new Uint8Array(this.wasm.memory.buffer, at, rgba.length).set(rgba);
    this.wasm.picture(at, width, height, to.x, to.y, to.width, to.height, ...this.#cut(area));
    this.wasm.release(start);
  }

  /** A copy of the picture's pixels, four bytes each; the last says how much was painted. */
  pixels(): Uint8Array {
    const length = this.#width * this.#height * 4;
    return new Uint8Array(this.wasm.memory.buffer, this.#canvas, length).slice();
  }

  /** The picture as a baseline JPEG, 4:4:4. Qualities are those of libjpeg, 1 to 100. */
  jpeg(quality: number): Uint8Array {
    const start = this.wasm.mark();
    const blocks = Math.ceil(this.#width / 8) * Math.ceil(this.#height / 8);
    const at = this.wasm.allocate(blocks * 640 + 1024); // more than noise takes
    const length = this.wasm.jpeg(Math.max(1, Math.min(100, quality)) || 1, at);
    const bytes = new Uint8Array(this.wasm.memory.buffer, at, length).slice();
    this.wasm.release(start);
    return bytes;
  }

  /** Bytes of memory, which never become fewer. */
  get memory(): number {
    return this.wasm.memory.buffer.byteLength;
  }

  #cut({ x0, y0, x1, y1 }: Area): [number, number, number, number] {
    const left = Math.min(this.#width, Math.max(0, x0));
    const upper = Math.min(this.#height, Math.max(0, y0));
    const right = Math.max(left, Math.min(this.#width, x1));
    return [left, upper, right, Math.max(upper, Math.min(this.#height, y1))];
  }
}

/** Far more than a picture measures, and far less than 32 bits hold. */
const FAR = 1 << 20;
const round = (n: number): number => Math.round(Math.max(-FAR, Math.min(FAR, n))) || 0;

const whole = ({ x, y, width, height }: Box): [number, number, number, number] => {
  const [left, upper] = [round(x), round(y)];
  return [left, upper, round(x + width) - left, round(y + height) - upper];
};

/** At most half the box, as in CSS, and as large as anybody can see. */
const radiusOf = (radius: number, { width, height }: Box): number =>
  Math.max(0, Math.min(radius, width / 2, height / 2, 1024)) || 0;
