/** The colours of one tile. */
export interface TileColors {
  /** Where the caption stands: the gradient's upper colour. */
  readonly top: string;
  /** Where the picture stands: its lower colour. */
  readonly bottom: string;
  /** The scenery. */
  readonly art: string;
  /** The caption; at least 4.5:1 on `top`, and on the half-way colour too. */
  readonly ink: string;
}

/** A colour and its opacity, 0 to 1. */
interface Light {
  readonly color: string;
  readonly alpha: number;
}

/** The colours of a board. */
export interface Palette {
  readonly dark: boolean;
  /** The background's gradient, from upper left to lower right. */
  readonly paper: readonly [string, string];
  readonly ink: string;
  readonly faint: string;
  readonly accent: string;
  /** Two lights on the paper, upper right and lower left. */
  readonly glows: readonly [Light, Light];
  /** Under a tile: how far below it, and the blur's standard deviation, in pixels. */
  readonly shadow: Light & { readonly down: number; readonly blur: number };
  /** The bright line along a tile's upper edge, in pixels. */
  readonly rim: { readonly width: number; readonly alpha: number };
  /** In the order of the colour circle. */
  readonly tiles: readonly TileColors[];
}

const colors = (top: string, bottom: string, art: string, ink: string): TileColors => ({
  top,
  bottom,
  art,
  ink,
});

/** The board's two looks: warm paper by day, plum by night. */
export const PALETTES: Record<"light" | "dark", Palette> = {
  light: {
    dark: false,
    paper: ["#FFF8EE", "#FBE7D6"],
    ink: "#2B1D2E",
    faint: "#6C515D",
    accent: "#C2410F",
    glows: [{ color: "#F2805A", alpha: 0.24 }, { color: "#B79CF0", alpha: 0.33 }],
    shadow: { color: "#3C1E28", alpha: 0.16, down: 14, blur: 15 },
    rim: { width: 2, alpha: 0.55 },
    tiles: [
      colors("#FFD9C0", "#FF9E7A", "#F2694A", "#5A1E12"), // coral
      colors("#FFEDB8", "#FFCB52", "#F0A202", "#5E3C00"), // sun
      colors("#E7F3C9", "#B5D56A", "#7BA428", "#31460A"), // lime
      colors("#D8F0E4", "#8FD3B6", "#3FA37F", "#0F4434"), // mint
      colors("#D0F0F2", "#7CCDD4", "#2A97A1", "#093F45"), // lagoon
      colors("#D3E9FF", "#86BDF5", "#3D84D6", "#0E355F"), // sky
      colors("#E6DCFB", "#B79CF0", "#7D58CF", "#32186E"), // lavender
      colors("#FFDDE7", "#FF9DB8", "#E5527D", "#651033"), // rose
    ],
  },
  dark: {
    dark: true,
    paper: ["#14172B", "#2A1E45"],
    ink: "#FFF6E9",
    faint: "#A9A3C9",
    accent: "#FFB454",
    glows: [{ color: "#FFB454", alpha: 0.2 }, { color: "#6A3BC8", alpha: 0.33 }],
    shadow: { color: "#000000", alpha: 0.38, down: 14, blur: 15 },
    rim: { width: 1.5, alpha: 0.26 },
    tiles: [
      colors("#BF4534", "#7E1F45", "#FFB796", "#FFF3EA"), // ember
      colors("#B2570C", "#8F2F10", "#FFD98A", "#FFF8E8"), // amber
      colors("#477A16", "#1C4F2A", "#DDF29B", "#FAFFEC"), // moss
      colors("#117A5F", "#0C4A55", "#A5F0CF", "#EFFFF8"), // pine
      colors("#0D7287", "#14456F", "#A9EBF5", "#EEFDFF"), // deep sea
      colors("#2B63CC", "#21348C", "#B3D3FF", "#F0F6FF"), // ink blue
      colors("#6C47CF", "#43258F", "#D3BEFF", "#F6F0FF"), // violet
      colors("#B8337B", "#76206E", "#FFBADA", "#FFF0F7"), // fuchsia
    ],
  },
};

/** Red, green and blue, 0 to 255, of `#rrggbb`. */
export function rgb(color: string): [number, number, number] {
  const at = (i: number) => parseInt(color.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}

/** The contrast of two colours, 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const [r, g, b] = rgb(color).map((value) => {
      const s = value / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** A colour between two: `a` at 0, `b` at 1. */
export function mix(a: string, b: string, share: number): string {
  const [from, to] = [rgb(a), rgb(b)];
  return "#" +
    from.map((value, i) =>
      Math.round(value + ((to[i] ?? 0) - value) * share).toString(16).padStart(2, "0")
    ).join("");
}

/** A tile's colour by night, for laying over photographs: white on it has a contrast of 14 and more. */
export const shade = (colors: TileColors, { dark }: Palette): string =>
  mix(dark ? colors.bottom : colors.art, "#0B0612", dark ? 0.62 : 0.78);

/** The angle of a colour on the colour circle, 0 to 1; `null` for greys. */
function angle(color: string): number | null {
  const [r, g, b] = rgb(color);
  const max = Math.max(r, g, b);
  const spread = max - Math.min(r, g, b);
  if (spread < 24) return null;
  const sixth = max === r
    ? (g - b) / spread
    : max === g
    ? 2 + (b - r) / spread
    : 4 + (r - g) / spread;
  return (sixth / 6 + 1) % 1;
}

/** How far apart two places on a circle of `turn` are. */
const apart = (a: number, b: number, turn: number) => {
  const d = Math.abs(a - b) % turn;
  return Math.min(d, turn - d);
};

/**
 * Colours for each tile: touching tiles differ clearly, a picture does not drown in a tile of its own
 * colour, and all come up before any repeats. Greedy, in tile order; ties fall to the seed.
 *
 * @param tints the pictures' colours, by tile
 * @param touching whether two tiles are neighbours
 */
export function chooseColors(
  palette: Palette,
  tints: readonly string[],
  touching: (a: number, b: number) => boolean,
  seed: number,
): TileColors[] {
  const n = palette.tiles.length;
  const chosen: number[] = [];
  tints.forEach((tint, tile) => {
    const tintAngle = angle(tint);
    const costs = palette.tiles.map(({ bottom }, h) => {
      let cost = 2.2 * chosen.filter((c) => c === h).length;
      cost += 0.9 * (((seed >>> (h * 3)) + tile * 5 + h * 3) % n) / n;
      chosen.forEach((c, other) => {
        const distance = apart(c, h, n);
        if (touching(tile, other)) cost += distance === 0 ? 100 : distance === 1 ? 1.4 : 0;
      });
      const ownAngle = angle(bottom);
      if (tintAngle !== null && ownAngle !== null) {
        cost += 2.4 * Math.max(0, 1 - apart(tintAngle, ownAngle, 1) / 0.12);
      }
      return cost;
    });
    chosen.push(costs.indexOf(Math.min(...costs)));
  });
  return chosen.map((h) => palette.tiles[h] as TileColors);
}
