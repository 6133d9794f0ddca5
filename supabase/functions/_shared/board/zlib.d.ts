/** The part of node:zlib that the board uses, typed: a function does not deploy with @types/node. */
export declare function brotliDecompressSync(
  packed: Uint8Array,
  options: { readonly chunkSize: number },
): Uint8Array;
