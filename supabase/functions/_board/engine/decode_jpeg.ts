/** Decodes JPEG with libjpeg-turbo: https://www.npmjs.com/package/@cwasm/jpeg-turbo */

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** What the wasm exports of TurboJPEG's interface; places in its memory are numbers. */
interface Wasm {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(at: number): void;
  tjInitDecompress(): number;
  tjDecompressHeader3(...numbers: number[]): number;
  tjDecompress2(...numbers: number[]): number;
  tjDestroy(decompressor: number): number;
}

/** TurboJPEG's number for four bytes a pixel, the last of them 255. */
const RGBA = 7;

/** Pixels that a picture may have, and a board's photographs together: 16 million take 64 MB. */
export const MOST_PIXELS = 16e6;

/** Each scan costs a walk over the whole picture. A progressive JPEG has about 10. */
const MOST_SCANS = 100;

/**
 * A decoder, to be used until it throws: what it allocated for that picture is lost.
 * `decode` gives a picture upright, of its full size or of as many eighths of it as are `atLeast` the size
 * that is asked for. Data that is damaged or cut short is an error, as are the colours of printers.
 */
export function startJpeg(module: WebAssembly.Module) {
  const giveUp = (): never => {
    throw new Error("This JPEG cannot be decoded.");
  };
  const imports = {
    env: { setjmp: () => 0, longjmp: giveUp }, // libjpeg jumps back when it finds an error
    wasi_snapshot_preview1: {
      /** How many environment variables there are, and their length: none. */
      environ_sizes_get(count: number, length: number) {
        for (const at of [count, length]) new Uint32Array(wasm.memory.buffer, at, 1)[0] = 0;
        return 0;
      },
      environ_get: giveUp,
      fd_close: giveUp,
      fd_seek: giveUp,
      fd_write: giveUp,
      proc_exit: giveUp,
    },
  };
  const wasm = new WebAssembly.Instance(module, imports).exports as unknown as Wasm;

  const allocate = (bytes: number): number => wasm.malloc(bytes) || giveUp();

  function decode(bytes: Uint8Array, atLeast?: Size): Pixels {
    if (countScans(bytes) > MOST_SCANS) giveUp();
    const source = allocate(bytes.length);
    new Uint8Array(wasm.memory.buffer).set(bytes, source);
    const header = allocate(16);
    const decompressor = wasm.tjInitDecompress();
    const places = [header, header + 4, header + 8, header + 12];
    if (wasm.tjDecompressHeader3(decompressor, source, bytes.length, ...places)) giveUp();
    const [w, h] = new Uint32Array(wasm.memory.buffer, header, 2) as unknown as [number, number];
    if (w * h > MOST_PIXELS) giveUp();

    const orientation = readOrientation(bytes);
    const [across, down] = orientation > 4
      ? [atLeast?.height ?? h, atLeast?.width ?? w]
      : [atLeast?.width ?? w, atLeast?.height ?? h];
    const eighths = Math.min(8, Math.ceil(8 * Math.max(across / w, down / h)));
    const [width, height] = [Math.ceil(w * eighths / 8), Math.ceil(h * eighths / 8)];
    const length = width * height * 4;
    const to = allocate(length);
    const failed = wasm.tjDecompress2(
      ...[decompressor, source, bytes.length, to, width, width * 4, height, RGBA, 0],
    );
    if (failed) giveUp(); // pixels that were not decoded are those of the picture before
    const data = new Uint8Array(wasm.memory.buffer, to, length).slice();
    for (const at of [source, header, to]) wasm.free(at);
    wasm.tjDestroy(decompressor);
    return turnUpright({ width, height, data }, orientation);
  }

  return { decode, memory: wasm.memory };
}

/** In a scan's data, 0xff is never followed by the 0xda that begins one. */
function countScans(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; (at = bytes.indexOf(0xff, at) + 1) > 0;) if (bytes[at] === 0xda) count++;
  return count;
}

/**
 * How the camera was held, 1 to 8, or 1 where a JPEG does not say it.
 * https://www.cipa.jp/std/documents/e/DC-X008-Translation-2019-E.pdf 4.5.4, 4.6.4, 4.7.2
 */
function readOrientation(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    let at = 2;
    while (view.getUint16(at) !== 0xffe1 || view.getUint32(at + 4) !== 0x45786966) {
      if (view.getUint16(at) < 0xffc0 || view.getUint16(at) === 0xffda) return 1;
      at += 2 + view.getUint16(at + 2);
    }
    const tiff = at + 10;
    const little = view.getUint16(tiff) === 0x4949;
    const entries = tiff + view.getUint32(tiff + 4, little);
    for (let i = 0; i < view.getUint16(entries, little); i++) {
      const entry = entries + 2 + i * 12;
      if (view.getUint16(entry, little) !== 0x112) continue;
      const orientation = view.getUint16(entry + 8, little);
      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // it ends before it says
  }
  return 1;
}

function turnUpright(picture: Pixels, orientation: number): Pixels {
  if (orientation === 1) return picture;
  const { width: w, height: h } = picture;
  const [width, height] = orientation > 4 ? [h, w] : [w, h];
  const from = new Uint32Array(picture.data.buffer);
  const to = new Uint32Array(from.length);
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromFoot = [3, 4, 6, 7].includes(orientation);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [column, row] = orientation > 4 ? [y, x] : [x, y];
      to[i] = from[(fromFoot ? h - 1 - row : row) * w + (fromRight ? w - 1 - column : column)]!;
    }
  }
  return { width, height, data: new Uint8Array(to.buffer) };
}
