// @ts-types="./zlib.d.ts"
import { brotliDecompressSync } from "node:zlib";

/**
 * Unpacks Brotli. Of Node, as the web's DecompressionStream learned it after Deno 2.1: the engine's 4 MB in
 * about 30 ms, and a third less to deploy than with gzip.
 */
export const unbrotli = (packed: Uint8Array): Uint8Array =>
  brotliDecompressSync(packed, { chunkSize: 1 << 20 });
