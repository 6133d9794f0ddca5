// @ts-types="./node.d.ts"
import { Buffer } from "node:buffer";
// @ts-types="./node.d.ts"
import { brotliDecompressSync } from "node:zlib";

/**
 * Bytes of a base64 text. Node's, as `Uint8Array.fromBase64` is too young for the hosted runtime:
 * a megabyte in 1 ms, where `atob` takes 10.
 */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  plain(Buffer.from(text, "base64"));

/** All at once: in the usual chunks of 16 KiB, the parts of a font and their sum are copied twice. */
const chunkSize = 4 << 20;

/**
 * Unpacks Brotli. Node's, as the web's DecompressionStream learned it after Deno 2.1; a fifth less to
 * deploy than with gzip.
 */
export const unbrotli = (packed: Uint8Array): Uint8Array<ArrayBuffer> =>
  plain(brotliDecompressSync(packed, { chunkSize }));

/** The same bytes as no Buffer of Node's, whose `slice` copies nothing. */
const plain = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
