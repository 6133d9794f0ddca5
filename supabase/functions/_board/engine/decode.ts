/** Reads JPEG, and PNG and WebP with the codecs of Squoosh: https://www.npmjs.com/package/@jsquash/webp */
import { startJpeg } from "./decode_jpeg.ts";
import type { CodecOptions } from "./decoders.d.ts";
import { fromBase64, unbrotli } from "./unpack.ts";

/** Pixels, four bytes each: red, green, blue, and opacity. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

type Kind = "jpeg" | "png" | "webp";

interface Decoder {
  /** The picture; null or an exception where the bytes are none. */
  decode(
    bytes: Uint8Array,
    atLeast?: { width: number; height: number },
  ): { width: number; height: number; data: Uint8Array | Uint8ClampedArray } | null;
  readonly memory: WebAssembly.Memory;
}

/** The memory of WebAssembly never shrinks: a decoder with more than 24 MB is replaced by a new one. */
const MOST_MEMORY = 24 << 20;

const decoders = new Map<Kind, Promise<Decoder>>();

/**
 * Decodes a picture, a JPEG upright as its EXIF says. Its size is not limited here: see `imageSize`. The
 * first of each kind starts its decoder.
 *
 * @param atLeast the size in pixels that is needed: a JPEG is decoded to one that is hardly larger, which
 *   takes half of the time at half the size
 * @param keep whether the decoder stays, however large: `dropLargeDecoders` follows
 * @throws {Error} if the bytes are no such picture
 */
export async function decodePicture(
  bytes: Uint8Array,
  atLeast?: { readonly width: number; readonly height: number },
  keep = false,
): Promise<Picture> {
  const kind = kindOf(bytes);
  if (!kind) throw new Error("This is no JPEG, PNG or WebP.");
  const starting = decoders.get(kind) ?? start(kind);
  decoders.set(kind, starting);
  const decoder = await starting.catch((cause) => {
    decoders.delete(kind); // the next picture may start it: memory may have been short
    throw new Error("The decoder does not start.", { cause });
  });
  if (decoders.get(kind) !== starting) return await decodePicture(bytes, atLeast, keep); // broken
  decoders.delete(kind); // as this one may
  const picture = tryDecode(decoder, bytes, atLeast);
  if (!picture) throw new Error("This picture cannot be read.");
  if (keep || decoder.memory.buffer.byteLength < MOST_MEMORY) decoders.set(kind, starting);
  const { width, height, data } = picture;
  return { width, height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/**
 * Gives up the decoders that were kept and are large. A PNG of 2048×2048 takes 48 MB: one decoder for each
 * would lie beside the others until the next collection of garbage.
 */
export async function dropLargeDecoders(): Promise<void> {
  for (const [kind, starting] of decoders) {
    const decoder = await starting.catch(() => null);
    if (decoder && decoder.memory.buffer.byteLength > MOST_MEMORY) decoders.delete(kind);
  }
}

/** Null where the codec throws: errors, numbers or pointers, depending on how it gave up. */
function tryDecode(decoder: Decoder, ...picture: Parameters<Decoder["decode"]>) {
  try {
    return decoder.decode(...picture);
  } catch {
    return null;
  }
}

function kindOf(bytes: Uint8Array): Kind | null {
  const starts = (at: number, ...magic: number[]) =>
    magic.every((byte, i) => bytes[at + i] === byte);
  if (starts(0, 0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(0, 0x89, 0x50, 0x4e, 0x47)) return "png";
  return starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50) ? "webp" : null;
}

const modules = new Map<Kind, Promise<WebAssembly.Module>>();

async function start(kind: Kind): Promise<Decoder> {
  const wasm = modules.get(kind) ?? compile(kind);
  modules.set(kind, wasm);
  const module = await wasm;
  if (kind === "jpeg") return startJpeg(module);
  const codecs: typeof import("./decoders.d.ts") = await import("../assets/decoders.js");
  if (kind === "png") {
    const { memory } = codecs.startPng(module);
    return { decode: codecs.decodePng, memory };
  }
  let memory: WebAssembly.Memory | undefined;
  const options: CodecOptions = {
    noInitialRun: true,
    print() {},
    printErr() {}, // what is wrong with a picture is told by an exception
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      memory = Object.values(instance.exports).find((one) => one instanceof WebAssembly.Memory);
      done(instance);
      return instance.exports;
    },
  };
  const { decode } = await codecs.startWebp(options);
  return { decode: (bytes) => decode(bytes), memory: memory! }; // it refuses further arguments
}

async function compile(kind: Kind): Promise<WebAssembly.Module> {
  const { default: packed } = await ({
    jpeg: () => import("../assets/jpeg_decoder.ts"),
    png: () => import("../assets/png_decoder.ts"),
    webp: () => import("../assets/webp_decoder.ts"),
  })[kind]();
  return new WebAssembly.Module(unbrotli(fromBase64(packed as string)));
}
