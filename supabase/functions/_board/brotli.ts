// @ts-types="./node.d.ts"
import { brotliDecompressSync } from "node:zlib";

/** All of the engine at once: in the 16 KiB that are usual its parts and their sum take 8 MB more. */
const chunkSize = 4 << 20;

/**
 * Unpacks Brotli. Of Node, as the web's DecompressionStream learned it after Deno 2.1: the engine's 4 MB in
 * about 25 ms, and a third less to deploy than with gzip.
 */
export const unbrotli = (packed: Uint8Array): Uint8Array =>
  brotliDecompressSync(packed, { chunkSize });
