/** The part of node:zlib that the board uses, typed: a function does not deploy with @types/node. */
export type Decompress = (packed: Uint8Array) => Uint8Array;
export declare const brotliDecompressSync: Decompress;
