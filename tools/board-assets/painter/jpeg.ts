/**
 * Baseline JPEG, 4:4:4, with the standard's tables: https://www.w3.org/Graphics/JPEG/itu-t81.pdf. The
 * transform is that of Arai, Agui and Nakajima, as libjpeg's fast one, in 16-bit SIMD: samples are doubled,
 * and what it leaves to scale is scaled with the quantisation.
 */
import { allocate, canvas, height, mark, release, width } from "./canvas";
import { AC_BITS, AC_CODES, DC_BITS, LUMA_AND_CHROMA, ZIGZAG } from "./jpeg_tables";

/** For luma's DC and AC and chroma's DC and AC, 256 entries each: a code << 8 | its length. */
const codes: usize = memory.data(4 * 256 * 4, 16);
/** For each column of a transformed block, and each set of its lines that are not 0: their zigzag places. */
const placed: usize = memory.data(8 * 256 * 8, 16);
/** Where in a transformed block a place of the zigzag is. */
const indices: usize = memory.data(64, 16);
/** What coefficients are multiplied with, of 32768, for luma and chroma: 64 numbers of 16 bits each. */
const factors: usize = memory.data(2 * 64 * 2, 16);
const block: usize = memory.data(64 * 2, 16);
let ready = false;

/** Where the next byte goes, and the bits that are no byte yet. */
let out: usize = 0;
let bits: u64 = 0;
let waiting: i32 = 0;

@inline
function putByte(value: i32): void {
  store<u8>(out++, value);
}

function putWord(value: i32): void {
  putByte(value >> 8);
  putByte(value);
}

/** A byte of picture data: after 255 stands a 0. */
@inline
function putData(value: i32): void {
  putByte(value);
  if ((value & 255) === 255) putByte(0);
}

/** At most 27 bits. */
@inline
function putBits(value: u32, count: i32): void {
  bits = bits << count | value;
  waiting += count;
  if (waiting < 32) return;
  waiting -= 32;
  const word = <u32> (bits >> waiting);
  // none of the four bytes is 255: their complement has no byte 0
  if (((~word - 0x01010101) & word & 0x80808080) === 0) {
    store<u32>(out, bswap(word));
    out += 4;
    return;
  }
  for (let shift = 24; shift >= 0; shift -= 8) putData(word >> shift);
}

/** The codes of a table, in the order of their lengths. */
function makeCodes(to: usize, counts: usize, values: usize): void {
  let code = 0;
  for (let length = 1; length <= 16; length++, code <<= 1) {
    for (let i = load<u8>(counts + length - 1); i > 0; i--, code++, values++) {
      store<u32>(to + <usize> load<u8>(values) * 4, code << 8 | length);
    }
  }
}

/** The place in a block of one coefficient as the transform leaves it: turned on its side. */
@inline
function turned(natural: i32): i32 {
  return (natural & 7) * 8 + (natural >> 3);
}

function makeTables(): void {
  for (let c: usize = 0; c < 2; c++) {
    makeCodes(codes + c * 2048, DC_BITS + c * 16, DC_VALUES);
    makeCodes(codes + c * 2048 + 1024, AC_BITS + c * 16, AC_CODES + c * 162);
  }
  for (let place = 0; place < 64; place++) {
    const index = turned(load<u8>(ZIGZAG + place));
    store<u8>(indices + place, index);
    for (let set = 0; set < 256; set++) {
      const at = placed + <usize> ((index >> 3) * 256 + set) * 8;
      if (set >> (index & 7) & 1) store<u64>(at, load<u64>(at) | <u64> 1 << place);
    }
  }
  ready = true;
}

const DC_VALUES: usize = memory.data<u8>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

/** The transform's scale of a line or column: cos(k π / 16) × √2, and 1 for the first. */
const SCALES: usize = memory.data<f32>([
  1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379,
]);

/** Everything before the picture: the sizes and the tables. Sets the factors as well. */
function putHeader(quality: i32): void {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  putWord(0xffd8);
  putWord(0xffe0);
  putWord(16);
  putWord(0x4a46); // "JFIF", version 1.1, no density
  putWord(0x4946);
  putWord(0x0001);
  putWord(0x0100);
  putWord(0x0001);
  putWord(0x0001);
  putWord(0);
  for (let c = 0; c < 2; c++) {
    const table = LUMA_AND_CHROMA + <usize> c * 64;
    putWord(0xffdb);
    putWord(67);
    putByte(c);
    for (let place = 0; place < 64; place++) {
      const natural = <i32> load<u8>(ZIGZAG + place);
      const step = max(1, min(255, (<i32> load<u8>(table + natural) * scale + 50) / 100));
      putByte(step);
      const line = load<f32>(SCALES + <usize> (natural >> 3) * 4);
      const column = load<f32>(SCALES + <usize> (natural & 7) * 4);
      const factor = <f32> 32768 / (<f32> (step * 16) * line * column);
      store<i16>(factors + <usize> (c * 64 + turned(natural)) * 2, <i16> (factor + 0.5));
    }
  }
  putWord(0xffc0);
  putWord(17);
  putByte(8);
  putWord(height);
  putWord(width);
  putByte(3);
  for (let c = 1; c <= 3; c++) {
    putByte(c);
    putByte(0x11);
    putByte(c > 1 ? 1 : 0);
  }
  for (let c = 0; c < 2; c++) {
    putTable(c, DC_BITS + <usize> c * 16, DC_VALUES, 12);
    putTable(0x10 | c, AC_BITS + <usize> c * 16, AC_CODES + <usize> c * 162, 162);
  }
  putWord(0xffda);
  putWord(12);
  putByte(3);
  putWord(0x0100);
  putWord(0x0211);
  putWord(0x0311);
  putWord(0x003f);
  putByte(0);
}

function putTable(id: i32, counts: usize, values: usize, length: i32): void {
  putWord(0xffc4);
  putWord(19 + length);
  putByte(id);
  memory.copy(out, counts, 16);
  memory.copy(out + 16, values, length);
  out += 16 + length;
}

/** Eight lanes times a factor of 32768. */
@inline
function times(v: v128, factor: i16): v128 {
  return i16x8.q15mulr_sat_s(v, i16x8.splat(factor));
}

/** A row of the block. */
@inline
function row(i: usize): v128 {
  return v128.load(block + i * 16);
}

/** Transforms the block's columns, all eight at once. */
function transform(): void {
  const s0 = i16x8.add(row(0), row(7));
  const s1 = i16x8.add(row(1), row(6));
  const s2 = i16x8.add(row(2), row(5));
  const s3 = i16x8.add(row(3), row(4));
  const d0 = i16x8.sub(row(0), row(7));
  const d1 = i16x8.sub(row(1), row(6));
  const d2 = i16x8.sub(row(2), row(5));
  const d3 = i16x8.sub(row(3), row(4));

  const e0 = i16x8.add(s0, s3);
  const e1 = i16x8.add(s1, s2);
  const e2 = i16x8.sub(s1, s2);
  const e3 = i16x8.sub(s0, s3);
  const z1 = times(i16x8.add(e2, e3), 23170); // √½
  v128.store(block, i16x8.add(e0, e1));
  v128.store(block, i16x8.sub(e0, e1), 64);
  v128.store(block, i16x8.add(e3, z1), 32);
  v128.store(block, i16x8.sub(e3, z1), 96);

  const o0 = i16x8.add(d3, d2);
  const o1 = i16x8.add(d2, d1);
  const o2 = i16x8.add(d1, d0);
  const z5 = times(i16x8.sub(o0, o2), 12540); // 0.382683
  const z2 = i16x8.add(times(o0, 17734), z5); // 0.541196
  const z4 = i16x8.add(i16x8.add(o2, times(o2, 10045)), z5); // 1.306563
  const z3 = times(o1, 23170);
  const a = i16x8.add(d0, z3);
  const b = i16x8.sub(d0, z3);
  v128.store(block, i16x8.add(b, z2), 80);
  v128.store(block, i16x8.sub(b, z2), 48);
  v128.store(block, i16x8.add(a, z4), 16);
  v128.store(block, i16x8.sub(a, z4), 112);
}

/** Turns the block on its side. */
function transpose(): void {
  const a0 = v128.shuffle<i16>(row(0), row(1), 0, 8, 1, 9, 2, 10, 3, 11);
  const a1 = v128.shuffle<i16>(row(0), row(1), 4, 12, 5, 13, 6, 14, 7, 15);
  const a2 = v128.shuffle<i16>(row(2), row(3), 0, 8, 1, 9, 2, 10, 3, 11);
  const a3 = v128.shuffle<i16>(row(2), row(3), 4, 12, 5, 13, 6, 14, 7, 15);
  const a4 = v128.shuffle<i16>(row(4), row(5), 0, 8, 1, 9, 2, 10, 3, 11);
  const a5 = v128.shuffle<i16>(row(4), row(5), 4, 12, 5, 13, 6, 14, 7, 15);
  const a6 = v128.shuffle<i16>(row(6), row(7), 0, 8, 1, 9, 2, 10, 3, 11);
  const a7 = v128.shuffle<i16>(row(6), row(7), 4, 12, 5, 13, 6, 14, 7, 15);
  const b0 = v128.shuffle<i32>(a0, a2, 0, 4, 1, 5);
  const b1 = v128.shuffle<i32>(a0, a2, 2, 6, 3, 7);
  const b2 = v128.shuffle<i32>(a1, a3, 0, 4, 1, 5);
  const b3 = v128.shuffle<i32>(a1, a3, 2, 6, 3, 7);
  const b4 = v128.shuffle<i32>(a4, a6, 0, 4, 1, 5);
  const b5 = v128.shuffle<i32>(a4, a6, 2, 6, 3, 7);
  const b6 = v128.shuffle<i32>(a5, a7, 0, 4, 1, 5);
  const b7 = v128.shuffle<i32>(a5, a7, 2, 6, 3, 7);
  v128.store(block, v128.shuffle<i64>(b0, b4, 0, 2));
  v128.store(block, v128.shuffle<i64>(b0, b4, 1, 3), 16);
  v128.store(block, v128.shuffle<i64>(b1, b5, 0, 2), 32);
  v128.store(block, v128.shuffle<i64>(b1, b5, 1, 3), 48);
  v128.store(block, v128.shuffle<i64>(b2, b6, 0, 2), 64);
  v128.store(block, v128.shuffle<i64>(b2, b6, 1, 3), 80);
  v128.store(block, v128.shuffle<i64>(b3, b7, 0, 2), 96);
  v128.store(block, v128.shuffle<i64>(b3, b7, 1, 3), 112);
}

/** A number's size in bits; and its bits, those of negative ones less one. */
@inline
function sizeOf(value: i32): i32 {
  return 32 - clz(abs(value));
}
@inline
function bitsOf(value: i32, size: i32): u32 {
  return (value < 0 ? value - 1 : value) & (1 << size) - 1;
}

/** Writes a block of 8 by 8 samples, and returns its mean, which the next one's is written as a step from. */
function putBlock(samples: usize, stride: i32, chroma: i32, before: i32): i32 {
  for (let y: usize = 0; y < 8; y++) {
    v128.store(block + y * 16, v128.load(samples + y * stride));
  }
  transform();
  transpose();
  transform();
  let places: u64 = 0;
  const factor = factors + <usize> chroma * 128;
  for (let y: usize = 0; y < 8; y++) {
    const line = i16x8.q15mulr_sat_s(v128.load(block + y * 16), v128.load(factor + y * 16));
    v128.store(block + y * 16, line);
    const set = i16x8.bitmask(i16x8.ne(line, i16x8.splat(0)));
    places |= load<u64>(placed + (y * 256 + set) * 8);
  }

  const dc = codes + <usize> chroma * 2048;
  const ac = dc + 1024;
  const mean = <i32> load<i16>(block);
  const step = mean - before;
  let size = sizeOf(step);
  let code = load<u32>(dc + <usize> size * 4);
  putBits(code >> 8 << size | bitsOf(step, size), (code & 255) + size);
  let last = 0;
  for (places &= ~1; places !== 0; places &= places - 1) {
    const place = <i32> ctz(places);
    let run = place - last - 1;
    last = place;
    for (; run > 15; run -= 16) {
      const sixteen = load<u32>(ac, 0xf0 * 4);
      putBits(sixteen >> 8, sixteen & 255);
    }
    const value = <i32> load<i16>(block + <usize> load<u8>(indices + place) * 2);
    size = sizeOf(value);
    code = load<u32>(ac + <usize> (run << 4 | size) * 4);
    putBits(code >> 8 << size | bitsOf(value, size), (code & 255) + size);
  }
  if (last !== 63) {
    const end = load<u32>(ac);
    putBits(end >> 8, end & 255);
  }
  return mean;
}

/** Eight pixels as samples of Y, Cb and Cr, doubled and around 0. */
@inline
function convert(at: usize, y: usize, cb: usize, cr: usize): void {
  const left = v128.load(at);
  const right = v128.load(at, 16);
  const byte = i16x8.splat(255);
  let r = v128.shuffle<i16>(left, right, 0, 2, 4, 6, 8, 10, 12, 14);
  const b = i16x8.shl(v128.and(v128.shuffle<i16>(left, right, 1, 3, 5, 7, 9, 11, 13, 15), byte), 7);
  const g = i16x8.shl(i16x8.shr_u(r, 8), 7);
  r = i16x8.shl(v128.and(r, byte), 7);
  const luma = i16x8.add(i16x8.add(times(r, 9798), times(g, 19235)), times(b, 3735));
  const blue = i16x8.sub(i16x8.sub(times(b, 16384), times(r, 5529)), times(g, 10855));
  const red = i16x8.sub(i16x8.sub(times(r, 16384), times(g, 13720)), times(b, 2664));
  const half = i16x8.splat(32);
  v128.store(y, i16x8.sub(i16x8.shr_s(i16x8.add(luma, half), 6), i16x8.splat(256)));
  v128.store(cb, i16x8.shr_s(i16x8.add(blue, half), 6));
  v128.store(cr, i16x8.shr_s(i16x8.add(red, half), 6));
}

/** Writes the canvas at `to`, which has room for 640 bytes a block. Returns how many bytes it became. */
export function jpeg(quality: i32, to: usize): i32 {
  if (!ready) makeTables();
  out = to;
  bits = 0;
  waiting = 0;
  putHeader(quality);
  const start = mark();
  const columns = (width + 7) & ~7;
  const row = allocate(<usize> columns * 4);
  const plane = <usize> columns * 16;
  const y = allocate(plane * 3);
  const cb = y + plane;
  const cr = cb + plane;
  let meanY = 0;
  let meanB = 0;
  let meanR = 0;
  for (let top = 0; top < height; top += 8) {
    for (let j = 0; j < 8; j++) {
      // what is below the picture and at its right repeats its edge
      memory.copy(row, canvas + <usize> (min(top + j, height - 1) * width) * 4, <usize> width * 4);
      for (let x = width; x < columns; x++) {
        store<u32>(row + <usize> x * 4, load<u32>(row + <usize> (width - 1) * 4));
      }
      for (let x = 0; x < columns; x += 8) {
        const at = <usize> (j * columns + x) * 2;
        convert(row + <usize> x * 4, y + at, cb + at, cr + at);
      }
    }
    for (let x = 0; x < columns; x += 8) {
      const at = <usize> x * 2;
      meanY = putBlock(y + at, columns * 2, 0, meanY);
      meanB = putBlock(cb + at, columns * 2, 1, meanB);
      meanR = putBlock(cr + at, columns * 2, 1, meanR);
    }
  }
  putBits(0x7f, 7); // ones up to the end of the last byte
  for (; waiting >= 8; waiting -= 8) putData(<i32> (bits >> (waiting - 8)));
  putWord(0xffd9);
  release(start);
  return <i32> (out - to);
}
