import type { Renderer } from "./takumi.d.ts";
import { fromBase64 } from "./base64.ts";

/** Captions are set in Bricolage, titles in Fraunces; Noto draws what they cannot. */
export type Family = "Bricolage" | "Fraunces" | "Noto";

/** The fonts that are too large to deploy with the function: Chinese, simplified and traditional, Japanese, Korean. */
export type Pack = "SC" | "TC" | "JP" | "KR";

/** Font files, woff2, by pack. */
export type Packs = Readonly<Partial<Record<Pack, Uint8Array>>>;

/** A part of a family, as the assets hold it: fonts come in slices by script. */
export interface FontSlice {
  readonly family: Family;
  /** For a font of one weight; a variable font has none. */
  readonly weight?: number;
  /** The code points that it really maps, from its cmap: hexadecimal, `20-7e,a0,...`. */
  readonly covers: string;
  /** woff2 in base64. */
  readonly data: string;
}

type Range = [first: number, last: number];

interface Slice extends FontSlice {
  readonly ranges: Range[];
}

let loading: Promise<Fonts> | undefined;

/** The embedded fonts, read once for the isolate. */
export function loadFonts(): Promise<Fonts> {
  loading ??= import("./assets/fonts.ts").then((module) => new Fonts(module.default));
  return loading;
}

/** What the embedded fonts can draw, and their way into the engine. */
export class Fonts {
  readonly #slices: readonly Slice[];
  readonly #registered = new WeakMap<Renderer, Map<Family, Promise<unknown>>>();

  constructor(slices: readonly FontSlice[]) {
    this.#slices = slices.map((slice) => ({
      ...slice,
      ranges: slice.covers.split(",").map((range): Range => {
        const [first = "", last = first] = range.split("-");
        return [parseInt(first, 16), parseInt(last, 16)];
      }),
    }));
  }

  /**
   * Whether the family, or with none given any family, can draw a character with the marks on it. All of
   * it must be in one slice: the engine draws a box for a mark that another slice holds.
   */
  draws(cluster: string, family?: Family): boolean {
    const points = [...cluster].map((char) => char.codePointAt(0) ?? 0);
    return this.#slices.some((slice) =>
      (!family || slice.family === family) &&
      points.every((point) => slice.ranges.some(([first, last]) => first <= point && point <= last))
    );
  }

  /**
   * The families to set a text in, best first. A text stays in one face where one can draw all of it: a
   * lone foreign letter inside a word is uglier than a plainer face.
   */
  stackFor(text: string, preferred: Family): Family[] {
    const clusters = text.match(/.\p{M}*/gsu) ?? [];
    const all = (family: Family) => clusters.every((cluster) => this.draws(cluster, family));
    if (all(preferred)) return [preferred];
    return all("Noto") ? ["Noto"] : [preferred, "Noto"];
  }

  /**
   * Hands families to the engine, whole and at most once, so that what a board looks like cannot depend on
   * the boards before it. The engine draws a box, without an error, for what no registered font covers.
   */
  async register(renderer: Renderer, families: Iterable<Family>): Promise<void> {
    const known = this.#registered.get(renderer) ?? new Map<Family, Promise<unknown>>();
    this.#registered.set(renderer, known);
    await Promise.all([...families].map((family) => {
      const registering = known.get(family) ?? this.#registerSlices(renderer, family);
      known.set(family, registering);
      return registering;
    }));
  }

  async #registerSlices(renderer: Renderer, family: Family): Promise<void> {
    for (const slice of this.#slices.filter((slice) => slice.family === family)) {
      await renderer.registerFont({
        name: family,
        data: fromBase64(slice.data),
        weight: slice.weight,
        unicodeRange: slice.ranges,
      });
    }
  }
}
