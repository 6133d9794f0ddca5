import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { tilesFor, touching } from "../../supabase/functions/_board/paint/layout.ts";
import {
  chooseColors,
  contrast,
  mix,
  PALETTES,
} from "../../supabase/functions/_board/paint/palette.ts";
import { composeIllustratedTile } from "../../supabase/functions/_board/paint/illustrated_tile.ts";
import type {
  Illustration,
  Shown,
} from "../../supabase/functions/_board/paint/illustration_group.ts";
import { evenWords } from "./support/boards.ts";

const COUNTS = Array.from({ length: 12 }, (_, i) => i + 1);
const ILLUSTRATION: Illustration = {
  box: [16, 16, 224, 224],
  tint: "#888888",
  file: "",
  hash: "",
};

/** So many pictures, the first cut off below or not. */
const shown = (rooted: boolean, count = 1): Shown[] =>
  Array.from(
    { length: count },
    (_, i) => ({ illustration: ILLUSTRATION, rooted: rooted && i === 0 }),
  );

const words = (text: string) => evenWords(text, 0.55, 0.22);

Deno.test("the tiles of every count lie on the board, apart from each other, and fill it", () => {
  for (const count of COUNTS) {
    const tiles = tilesFor(count);
    assertEquals(tiles.length, count);
    for (const [i, a] of tiles.entries()) {
      assert(a.x >= 44 && a.y >= 190 && a.x + a.width <= 1036 && a.y + a.height <= 1274);
      for (const b of tiles.slice(0, i)) {
        const apart = a.x >= b.x + b.width + 16 || b.x >= a.x + a.width + 16 ||
          a.y >= b.y + b.height + 16 || b.y >= a.y + a.height + 16;
        assert(apart, `${count} goals: two tiles overlap`);
      }
    }
    const area = tiles.reduce((sum, tile) => sum + tile.width * tile.height, 0);
    assertGreater(area, 992 * 1084 * 0.9, `${count} goals: a hole`);
  }
  assertThrows(() => tilesFor(0), RangeError);
  assertThrows(() => tilesFor(13), RangeError);
});

Deno.test("captions have a contrast of 4.5 where they stand, and so have title, day and tag", () => {
  for (const { tiles, paper, ink, faint, accent } of Object.values(PALETTES)) {
    for (const { top, bottom, ink } of tiles) {
      assertGreater(contrast(ink, top), 4.5, top);
      assertGreater(contrast(ink, mix(top, bottom, 0.5)), 4.5, `${top} to ${bottom}`);
    }
    for (const sheet of paper) {
      for (const color of [ink, faint]) {
        assertGreater(contrast(color, sheet), 4.5, `${color} on ${sheet}`);
      }
    }
    assertGreater(contrast(accent, paper[0]), 4.5, accent);
    assertGreater(contrast(ink, paper[0]), 4.5);
  }
});

Deno.test("tiles that touch never share their colours", () => {
  for (const palette of Object.values(PALETTES)) {
    for (const count of COUNTS) {
      const tiles = tilesFor(count);
      const near = (a: number, b: number) => touching(tiles[a]!, tiles[b]!);
      for (let seed = 0; seed < 40; seed++) {
        const tints = tiles.map((_, i) => ["#ffc020", "#e03040", "#4080f0"][(i + seed) % 3] ?? "");
        const colors = chooseColors(palette, tints, near, seed * 2654435761 >>> 0);
        tiles.forEach((_, a) =>
          tiles.forEach((_, b) =>
            assert(a === b || !near(a, b) || colors[a] !== colors[b], `${count} goals`)
          )
        );
      }
    }
  }
});

Deno.test("in every tile any caption of 200 characters stays inside and off the picture", () => {
  const captions = [
    "Be",
    "Learn Spanish to B2",
    "word ".repeat(40),
    "W".repeat(200),
    "ab ".repeat(66),
  ];
  for (const count of COUNTS) {
    for (const rect of tilesFor(count)) {
      for (const text of captions) {
        const alone = composeIllustratedTile(rect, words(text), []);
        const height = alone.caption!.height;
        assert(alone.pad.y >= 8 && alone.pad.y + height <= rect.height - 8, `${count}, alone`);
        assert(alone.caption!.size >= 12);
        const rooted = count % 2 === 0;
        const { caption, pad, stage, images } = composeIllustratedTile(
          rect,
          words(text),
          shown(rooted),
        );
        const [image] = images;
        assert(caption && image);
        const drawn = caption.lines.join("").replace(/[^\p{L}\d]/gu, "");
        assertEquals(drawn, text.replace(/[^\p{L}\d]/gu, ""), `${count} goals: text is lost`);
        const right = pad.x + caption.width;
        const bottom = pad.y + caption.height;
        assert(
          right <= rect.width - 8 && bottom <= rect.height - 8,
          `${count}: ${text.slice(0, 9)}`,
        );
        const { x, y, r } = stage.focus;
        assert(
          right <= x - r + 1 || bottom <= y - r + 1,
          `${count}: ${text.slice(0, 9)} on the picture`,
        );
        assert(image.width > 30 && x + r <= rect.width && y + r <= rect.height + 1);
      }
    }
  }
});

Deno.test("without words the illustration stands in the middle", () => {
  const [rect] = tilesFor(12);
  const { caption, stage } = composeIllustratedTile(rect!, words(""), shown(false));
  assertEquals(caption, null);
  assertEquals([stage.focus.x, stage.focus.y], [rect!.width / 2, rect!.height / 2]);
});

Deno.test("several illustrations stand beside each other in their tile, the first the largest", () => {
  for (const rect of COUNTS.flatMap((count) => tilesFor(count))) {
    for (const text of ["", "Travel with family"]) {
      for (const count of [2, 3, 4]) {
        const { images, stage, caption, pad } = composeIllustratedTile(
          rect,
          words(text),
          shown(false, count),
        );
        assertEquals(images.length, count);
        const seen = images.map(({ x, y, width }) => ({
          left: x + width / 16,
          right: x + width * 15 / 16,
          top: y + width / 16,
          bottom: y + width * 15 / 16,
        }));
        for (const [i, { left, right, top, bottom }] of seen.entries()) {
          assert(left >= 0 && right <= rect.width && top >= 0 && bottom <= rect.height + 1);
          assert(i === 0 || images[i]!.width < images[0]!.width);
          const hidden = caption && left < pad.x + caption.width && top < pad.y + caption.height;
          assert(!hidden, `${count} pictures: one is under the caption`);
        }
        const lefts = seen.map(({ left }) => left).sort((a, b) => a - b);
        lefts.slice(1).forEach((left, i) =>
          assertGreater(left - lefts[i]!, images[0]!.width * 0.3)
        );
        assertEquals(stage.grounds.length, count);
      }
    }
  }
});
