/** The fonts too large to deploy with a function: Chinese, simplified and traditional, Japanese, Korean. */
export type Pack = "SC" | "TC" | "JP" | "KR";

/** Font files by pack, as `splitPack` reads them. */
export type Packs = Readonly<Partial<Record<Pack, Uint8Array>>>;

/**
 * Captions are set in Bricolage, titles in Fraunces. Noto draws what they cannot, one family a script. No
 * two of the script families map the same letters, so a letter can mean at most one of them.
 */
export type Family =
  | "Bricolage"
  | "Fraunces"
  | "Noto"
  | "Arabic"
  | "Hebrew"
  | "Devanagari"
  | "Bengali"
  | "Tamil"
  | "Thai"
  | Pack;

/** The families for letters of one script each, in no order that matters. */
export const SCRIPTS: readonly Family[] = [
  "Arabic",
  "Hebrew",
  "Devanagari",
  "Bengali",
  "Tamil",
  "Thai",
];

/** What can be drawn without any pack. What only Fraunces has, such as "∕", no caption could show. */
export const EMBEDDED: readonly Family[] = ["Bricolage", "Noto", ...SCRIPTS];

/** What draws a character that a text's own families lack. */
export const FALLBACK: readonly Family[] = ["Bricolage"];
