/** Tables in the docs that commands fill: what stands between two comments that name the table. */
import { run } from "../../checks/database_types.ts";

export type TableRow = Record<string, string | number>;

/**
 * Writes a table between `<!-- name: begin … -->` and `<!-- name: end -->`, and formats the file. The
 * header is the keys of the first row.
 * @returns whether the file exists and has these marks
 */
export async function fillTable(file: string, name: string, rows: TableRow[]): Promise<boolean> {
  const text = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const [begin, end] = [`<!-- ${name}: begin[^>]*-->`, `<!-- ${name}: end -->`];
  const marked = new RegExp(`(${begin})[^]*?(${end})`);
  if (!marked.test(text)) return false;
  const filled = text.replace(
    marked,
    (_, before, after) => `${before}\n\n${markdown(rows)}\n\n${after}`,
  );
  await Deno.writeTextFile(file, filled);
  await run(Deno.execPath(), ["fmt", "--quiet", file]);
  return true;
}

function markdown(rows: TableRow[]): string {
  if (rows.length === 0) return "None.";
  const keys = Object.keys(rows[0]!);
  const line = (cells: (string | number)[]) => `| ${cells.map(cell).join(" | ")} |`;
  const rule = keys.map((key) => rows.every((row) => typeof row[key] === "number") ? "--:" : "---");
  return [
    line(keys),
    `| ${rule.join(" | ")} |`,
    ...rows.map((row) => line(keys.map((key) => row[key] ?? ""))),
  ].join("\n");
}

const cell = (value: string | number) =>
  String(value).replaceAll("|", "\\|").replace(/\s+/g, " ").trim();
