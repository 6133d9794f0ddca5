/** What the tests of a campaign report: tables of figures, see tests/support/campaign.ts. */
import type { TableRow } from "./docs_tables.ts";
import { dim, print } from "./terminal.ts";

export interface Report {
  name: string;
  rows: TableRow[];
}

/** The tables in a directory, by name. */
export async function readReports(directory: string): Promise<Report[]> {
  const files = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
  return await Promise.all(files.map(async (file) => ({
    name: file.replace(/\.json$/, ""),
    rows: JSON.parse(await Deno.readTextFile(`${directory}/${file}`)),
  })));
}

/** Prints a table in aligned columns, numbers to the right. */
export function printTable(rows: TableRow[]): void {
  const keys = Object.keys(rows[0] ?? {});
  const widths = keys.map((key) =>
    Math.max(key.length, ...rows.map((row) => String(row[key] ?? "").length))
  );
  const line = (cells: TableRow[string][]) =>
    "  " +
    cells.map((cell, i) =>
      typeof cell === "number" ? String(cell).padStart(widths[i]!) : cell.padEnd(widths[i]!)
    ).join("  ").trimEnd();
  const heads = keys.map((key, i) =>
    rows.every((row) => typeof row[key] === "number") ? key.padStart(widths[i]!) : key
  );
  print(dim(line(heads)));
  for (const row of rows) print(line(keys.map((key) => row[key] ?? "")));
}
