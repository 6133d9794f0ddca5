import { random, startEngine } from "../../../supabase/functions/_board/mod.ts";

/** In pixels, each way: what the picture providers send. */
const SIDE = 1024;

/** Skies from above down to the horizon, and the hills' hue. */
const VIEWS: readonly (readonly [high: string, low: string, horizon: string, hills: number])[] = [
  ["#1b2a6b", "#f08a5d", "#ffd9a0", 200],
  ["#6fb7e9", "#cfe9f7", "#ffffff", 245],
  ["#2b1b3d", "#b0446c", "#ffb26b", 290],
  ["#0c1d33", "#23486b", "#7fb2c9", 330],
  ["#7fd0e8", "#fdf1d0", "#fff8e6", 110],
  ["#f6d365", "#fda085", "#ffe8c9", 20],
];

/**
 * Stand-ins for photographs, as JPEG: standInPhotos with clouds, ridges and grain, as hard to decode and to
 * write on as real ones. Drawn and not kept, so that the repository needs no photographer's permission.
 */
export function standInPhotos(count = VIEWS.length): Promise<Uint8Array[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => landscape(i)));
}

async function landscape(index: number): Promise<Uint8Array> {
  const renderer = await startEngine();
  const data = new TextEncoder().encode(svg(index));
  return await renderer.render(
    { type: "image", src: "view", style: { width: SIDE, height: SIDE } },
    {
      width: SIDE,
      height: SIDE,
      format: "jpeg",
      quality: 88,
      images: [{ src: "view", data, cache: "none" }],
    },
  );
}

function svg(index: number): string {
  const next = random(index + 5);
  const [high, low, horizon, hue] = VIEWS[index % VIEWS.length]!;
  const whole = `width="${SIDE}" height="${SIDE}"`;
  const ridges = Array.from(
    { length: 5 },
    (_, i) =>
      `<path d="${ridge(next, 560 + i * 90, 26 - i * 2)}" fill="hsl(${hue + i * 8} 35% ${
        54 - i * 10
      }%)" opacity="${0.75 + i * 0.05}"/>`,
  ).join("");
  const noise = (id: string, turbulence: string, matrix: string) =>
    `<filter id="${id}" x="0" y="0" width="1" height="1">` +
    `<feTurbulence type="fractalNoise" ${turbulence} seed="${index}"/>` +
    `<feColorMatrix values="${matrix}"/></filter>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${whole}><defs>` +
    `<linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="${high}"/>` +
    `<stop offset=".55" stop-color="${low}"/><stop offset=".75" stop-color="${horizon}"/>` +
    `</linearGradient>` +
    noise(
      "grain",
      `baseFrequency=".9" numOctaves="2"`,
      "0 0 0 0 .5 0 0 0 0 .5 0 0 0 0 .5 .5 .3 0 0 -.3",
    ) +
    noise(
      "clouds",
      `baseFrequency=".004 .012" numOctaves="5"`,
      "0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 1.6 0 0 0 -.75",
    ) +
    `</defs><rect ${whole} fill="url(#sky)"/>` +
    `<rect width="${SIDE}" height="700" filter="url(#clouds)" opacity=".7"/>` +
    `<circle cx="${300 + next() * 400}" cy="${430 + next() * 80}" r="70" fill="#fff6d8"/>` +
    ridges + `<rect ${whole} filter="url(#grain)" opacity=".55"/></svg>`;
}

/** A mountain range's outline, closed along the lower edge: a random walk that is drawn back to `y`. */
function ridge(next: () => number, y: number, steep: number): string {
  let at = y;
  let path = `M0 ${SIDE}`;
  for (let x = 0; x <= SIDE; x += 8) {
    at += (next() - 0.5) * steep + (y - at) * 0.05;
    path += `L${x} ${at.toFixed(1)}`;
  }
  return `${path}L${SIDE} ${SIDE}Z`;
}
