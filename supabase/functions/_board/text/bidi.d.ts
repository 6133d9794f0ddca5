/** The part of `bidi-js` that the board uses, typed. */
export default function bidi(): {
  /** The embedding level of each UTF-16 unit: odd runs from right to left. */
  getEmbeddingLevels(
    text: string,
    direction: "ltr" | "rtl",
  ): { readonly levels: Uint8Array };
};
