/** Rules about this repository's files that neither `deno lint` nor the compiler knows. */
import { posix } from "node:path";
import { run } from "../commands/lib/process.ts";

const FUNCTIONS = "supabase/functions/";
const BOARD = `${FUNCTIONS}_board/`;
const SHARED = `${FUNCTIONS}_shared/`;
/** Who may import any file of the board: itself, its tests, and what generates its assets. */
const BOARD_INSIDERS = [BOARD, "tests/board/", "tools/board-assets/"];
const LONGEST_LINE = 110;
const GENERATED = /\/assets\/|database\.types\.ts$/;

// static imports, `export … from`, and `import()` of a literal, types included
const SPECIFIERS =
  /^\s*(?:import|export)\b(?:[^;"']*?\bfrom)?\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

interface Import {
  file: string;
  line: number;
  imported: string;
}

/** The TypeScript, SQL and CSS that git knows or would add, by path. */
export async function readSources(): Promise<Map<string, string>> {
  const list = await run("git", ["ls-files", "-coz", "--exclude-standard"]);
  const files = new Map<string, string>();
  for (const file of list.split("\0").filter((name) => /\.(tsx?|sql|css)$/.test(name))) {
    const text = await Deno.readTextFile(file).catch(() => null); // null: deleted, but still in git
    if (text !== null) files.set(file, text);
  }
  return files;
}

/**
 * Where the files break a rule.
 * @param files texts by path from the repository's root
 * @returns a sentence each, which begins with file and line
 */
export function brokenHouseRules(files: Map<string, string>): string[] {
  const imports = new Map([...files].map(([file, text]) => [file, importsOf(file, text, files)]));
  return [
    ...importCircles(imports),
    ...importsPastTheDoor(imports),
    ...sharedByTooFew(imports),
    ...longLines(files),
  ];
}

function importsOf(file: string, text: string, files: Map<string, string>): Import[] {
  return [...text.matchAll(SPECIFIERS)].flatMap((match) => {
    const specifier = match[1] ?? match[2]!;
    const imported = posix.join(posix.dirname(file), specifier);
    if (!specifier.startsWith(".") || !files.has(imported)) return [];
    return [{ file, line: lineAt(text, match.index + match[0].length), imported }];
  });
}

const lineAt = (text: string, index: number) => text.slice(0, index).split("\n").length;

function importCircles(imports: Map<string, Import[]>): string[] {
  const found: string[] = [];
  const visited = new Set<string>();
  const path: string[] = [];
  const visit = (current: string) => {
    visited.add(current);
    path.push(current);
    for (const { file, line, imported } of imports.get(current)!) {
      const start = path.indexOf(imported);
      if (start >= 0) {
        const circle = [...path.slice(start), imported].join(" → ");
        found.push(`${file}:${line} closes an import circle: ${circle}`);
      } else if (!visited.has(imported)) visit(imported);
    }
    path.pop();
  };
  for (const file of imports.keys()) if (!visited.has(file)) visit(file);
  return found;
}

function importsPastTheDoor(imports: Map<string, Import[]>): string[] {
  return [...imports.values()].flat()
    .filter(({ imported }) => imported.startsWith(BOARD) && imported !== `${BOARD}mod.ts`)
    .filter(({ file }) => !BOARD_INSIDERS.some((folder) => file.startsWith(folder)))
    .map(({ file, line, imported }) => `${file}:${line} imports ${imported}, not ${BOARD}mod.ts`);
}

function sharedByTooFew(imports: Map<string, Import[]>): string[] {
  const entry = new RegExp(`^${FUNCTIONS}([^/]+)/index\\.ts$`);
  const reached = [...imports.keys()].flatMap((file) => {
    const name = file.match(entry)?.[1];
    return name ? [{ name, modules: reachableFrom(file, imports) }] : [];
  });
  return [...imports.keys()].filter((file) => file.startsWith(SHARED)).flatMap((file) => {
    const users = reached.filter(({ modules }) => modules.has(file)).map(({ name }) => name);
    if (users.length > 1) return [];
    return [
      `${file}:1 is shared, but used by ${users.length === 0 ? "no function" : `${users} only`}`,
    ];
  });
}

function reachableFrom(entry: string, imports: Map<string, Import[]>): Set<string> {
  const reached = new Set([entry]);
  // a set's iteration visits what is added meanwhile
  for (const file of reached) for (const { imported } of imports.get(file)!) reached.add(imported);
  return reached;
}

function longLines(files: Map<string, string>): string[] {
  return [...files].filter(([file]) => !GENERATED.test(file)).flatMap(([file, text]) =>
    text.split("\n").flatMap((line, i) => {
      const columns = [...line].length;
      if (columns <= LONGEST_LINE) return [];
      return [`${file}:${i + 1} has ${columns} columns, more than ${LONGEST_LINE}`];
    })
  );
}
