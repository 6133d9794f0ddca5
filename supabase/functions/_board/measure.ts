import type { Renderer } from "./takumi.d.ts";
import type { Family } from "./fonts.ts";
import type { Word, Words } from "./fit.ts";
import { atomsOf, wordsOf } from "./segment.ts";

/** A face to set text in: what decides a word's width apart from the size. */
export interface Face {
  readonly families: readonly Family[];
  readonly weight: number;
  /** Letter spacing, in multiples of the size. */
  readonly tracking: number;
  /** The line height that the text's script needs, in multiples of the size; none if any will do. */
  readonly leading?: number;
  /** Whether lines run from right to left. */
  readonly rtl?: boolean;
}

/** A line of text and its face. */
export interface Run {
  readonly text: string;
  readonly face: Face;
}

/** The size that words are measured at; advances are linear, so any size is a multiple. */
const EM = 100;

/**
 * The families that the engine may turn to where a node's own do not have a character. All that are registered
 * if it is not told, so that a board would look different after others.
 */
export const FALLBACK: readonly Family[] = ["Bricolage"];

/** The style of a text node in the face, at a size in pixels. */
export function faceStyle(face: Face, size: number): Record<string, string | number> {
  return {
    fontFamily: face.families.join(", "),
    fontWeight: face.weight,
    fontSize: size,
    letterSpacing: Math.round(face.tracking * size * 100) / 100,
    whiteSpace: "nowrap",
    ...(face.rtl ? { direction: "rtl" } : {}),
    // The engine does not apply it by itself: "প্র" would be two letters with a stroke between.
    ...(face.families.includes("Bengali") ? { fontFeatureSettings: "'blwf' 1" } : {}),
  };
}

/**
 * The widths of all words of all runs, shaped by the engine, in one call to it (2 ms for a full board).
 * No empty ones: it leaves an empty text out of what it measures, and all after it would shift. The board then breaks its lines itself, and knows where every word ends.
 */
export async function measure(renderer: Renderer, runs: readonly Run[]): Promise<Words[]> {
  const wanted = new Map<string, { text: string; face: Face }>();
  const key = (text: string, face: Face) => JSON.stringify([face, text]);
  const want = (text: string, face: Face) => wanted.set(key(text, face), { text, face });
  for (const { text, face } of runs) {
    want("n n", face);
    want("nn", face);
    for (const { word } of wordsOf(text)) {
      want(word, face);
      for (const char of atomsOf(word)) want(char, face);
    }
  }
  const asked = [...wanted.entries()];
  const { children } = await renderer.measure({
    type: "container",
    // Wider than any word of 200 characters, or the engine would wrap what it measures.
    style: { display: "flex", flexDirection: "column", alignItems: "flex-start", width: 400 * EM },
    children: asked.map(([, { text, face }]) => ({
      type: "text",
      text,
      style: faceStyle(face, EM),
    })),
  }, { images: [], fontFamilies: FALLBACK });
  if (children.length !== asked.length) {
    throw new Error("The engine measured other words than asked.");
  }
  const widths = new Map(
    asked.map(([key], i) => [
      key,
      (children[i]?.runs ?? []).reduce((sum, run) => Math.max(sum, run.x + run.width), 0) / EM,
    ]),
  );
  const widthOf = (text: string, face: Face) => widths.get(key(text, face)) ?? 0;
  return runs.map(({ text, face }) => ({
    space: widthOf("n n", face) - widthOf("nn", face),
    words: wordsOf(text).map(({ word, tight }): Word => ({
      text: word,
      tight,
      width: widthOf(word, face),
      chars: atomsOf(word).map((char) => ({ text: char, width: widthOf(char, face) })),
    })),
    ...(face.leading ? { leading: face.leading } : {}),
  }));
}
