/** Tables and plots of what was measured, as text, Markdown and SVG. */
import { bold, dim, print } from "../commands/lib/terminal.ts";
import type { Summary, Table } from "./rounds.ts";

/** Three digits that count: `0.0234`, `1.23`, `1,230`. */
function number(value: number): string {
  if (value === Infinity) return "too long";
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value === 0 ? "0" : String(Number(value.toPrecision(3)));
}

/** `1.23 (1.1 to 2.5)` */
const cell = ({ median, min, max }: Summary) =>
  `${number(median)} (${number(min)} to ${number(max)})`;

export function printTable({ title, note, columns, rows }: Table): void {
  const lines = [["", ...columns], ...[...rows].map(([name, cells]) => [name, ...cells.map(cell)])];
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  print(`\n${bold(title)}\n${dim(note)}\n`);
  for (const [i, line] of lines.entries()) {
    const text = line.map((part, i) =>
      i === 0 ? part.padEnd(widths[i]!) : part.padStart(widths[i]!)
    ).join("   ");
    print(`  ${i === 0 ? dim(text) : text}`);
  }
}

/** The table for results.md, with its plot. */
export function markdownOf({ id, title, note, columns, rows }: Table): string {
  const line = (parts: string[]) => `| ${parts.join(" | ")} |`;
  return [
    `### ${title}`,
    note,
    [
      line(["", ...columns]),
      line(["---", ...columns.map(() => "---:")]),
      ...[...rows].map(([name, cells]) => line([name, ...cells.map(cell)])),
    ].join("\n"),
    ...id ? [`![${title}](${id}.svg)`] : [],
  ].join("\n\n");
}

/** Readable on white and on black. */
const COLORS = "#3b82d0 #d97732 #2f9e74 #b05cc4 #b8921f #d1466b #6f7f95 #1d9aa6 #8a6d4f #7a74e0"
  .split(" ");
const PLOT = { left: 56, top: 16, width: 560, height: 300, bottom: 34, legend: 280 };

/**
 * The table as a plot: columns from left to right, a line for each row, on a logarithmic scale. Bars show
 * the range. What is the seed's is dashed.
 */
export function plotOf({ title, columns, rows }: Table): string {
  const { left, top, width, height, bottom, legend } = PLOT;
  const known = [...rows.values()].flat().flatMap(({ min, max }) => [min, max])
    .filter((value) => value > 0 && value < Infinity);
  const low = Math.floor(Math.log10(Math.min(...known)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...known))));
  const x = (i: number) => Math.round(left + width * (i + 0.5) / columns.length);
  const y = (value: number) => {
    const share = (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
    return (top + height * (1 - Math.min(share, 1))).toFixed(1);
  };
  const grid = Array.from({ length: high - low + 1 }, (_, i) => {
    const value = 10 ** (low + i);
    return `<path class="grid" d="M${left} ${y(value)}h${width}"/>` +
      `<text x="${left - 8}" y="${y(value)}" dy="4" text-anchor="end">${number(value)}</text>`;
  });
  const names = columns.map((column, i) =>
    `<text x="${x(i)}" y="${top + height + 22}" text-anchor="middle">${escape(column)}</text>`
  );
  const lines = [...rows].map(([name, cells], r) => {
    // beside each other, where two are equal
    const at = (i: number) => x(i) + (r - (rows.size - 1) / 2) * 3;
    const points = cells.map(({ median }, i) => `${at(i)} ${y(median)}`);
    const ranges = cells.map(({ min, max }, i) => `M${at(i)} ${y(min)}V${y(max)}`);
    const dots = cells.map(({ median }, i) => `<circle cx="${at(i)}" cy="${y(median)}" r="3"/>`);
    const [color, row] = [COLORS[r % COLORS.length], top + 10 + r * 22];
    return `<g stroke="${color}" fill="${color}"><path class="line" d="M${points.join("L")}"` +
      `${/seed/.test(name) ? ' stroke-dasharray="5 4"' : ""}/><path d="${ranges.join("")}"/>` +
      `${dots.join("")}<circle cx="${left + width + 16}" cy="${row - 4}" r="4"/></g>` +
      `<text x="${left + width + 28}" y="${row}">${escape(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + legend} ${
    Math.max(top + height + bottom, top + 22 * rows.size)
  }" role="img">
<title>${escape(title)}</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #333 }
.grid { stroke: #8885 }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } }
</style>
${[...grid, ...names, ...lines].join("\n")}
</svg>
`;
}

const escape = (text: string) =>
  text.replace(/[<>&]/g, (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[sign]!);
