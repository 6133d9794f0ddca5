/** The parts of Node that the board uses, typed: a function does not deploy with @types/node. */

/** In node:zlib. */
export declare function brotliDecompressSync(
  packed: Uint8Array,
  options: { readonly chunkSize: number },
): Uint8Array<ArrayBuffer>;

/** In node:buffer. */
export declare const Buffer: {
  from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer>;
};
