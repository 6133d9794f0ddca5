/** Code points, ascending, as the assets write them: hexadecimal, `20-7e,a0,...`. */
export function toRanges(codePoints: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const point of codePoints) {
    const last = ranges.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  const hex = (n: number) => n.toString(16);
  return ranges.map(([a, b]) => a === b ? hex(a) : `${hex(a)}-${hex(b)}`).join(",");
}
