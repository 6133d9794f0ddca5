/** The snippets of docs/frontend.md as projects that compile: what people paste must work. */
import { dirname, join } from "node:path";
import { run } from "../checks/database_types.ts";
import { installPackages } from "../commands/lib/install.ts";
import { removeTemporary, temporaryDirectory } from "../commands/lib/temporary.ts";

const root = new URL("../../", import.meta.url).pathname;
const PAGE = "docs/frontend.md";
const PACKAGES = "tools/snippets";
/** What readers copy beside the snippets, into `lib/`. */
const COPIED = ["web/src/vision_boards.ts", "supabase/functions/_shared/database.types.ts"];

/** As strict as the templates of Next.js and Vite, and stricter. */
const COMPILER = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noEmit: true,
  skipLibCheck: true,
  target: "es2022",
  lib: ["es2023", "dom", "dom.iterable"],
  module: "esnext",
  moduleResolution: "bundler",
  jsx: "react-jsx",
  types: ["node"],
};

/** What a project has beside that. */
const OWN: Record<string, object> = {
  // run as they are by Deno and Node, which add no extension to an import and only take types away
  plain: {
    module: "nodenext",
    moduleResolution: "nodenext",
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
  },
};

export interface Snippet {
  /** The projects that it is a file of: "```tsx react next". */
  projects: string[];
  /** Its path in them, from its first line: "// lib/supabase.ts". */
  path: string;
  code: string;
  /** The line of the page on which the code begins. */
  line: number;
}

/**
 * All TypeScript of a page.
 * @throws naming the line of a block that says no project or no path: nothing is left out silently
 */
export function snippetsOf(markdown: string): Snippet[] {
  const fences = /^[ \t]*```(tsx?|jsx?|typescript|javascript)\b(.*)\n([^]*?)^[ \t]*```$/gm;
  return [...markdown.matchAll(fences)].map(({ 1: language, 2: info, 3: code, index }) => {
    const line = markdown.slice(0, index).split("\n").length + 1;
    const projects = info!.trim().split(/\s+/).filter(Boolean);
    const path = code!.match(/^\/\/ (\S+)\n/)?.[1] ?? "";
    if (projects.length === 0) throw new Error(`${PAGE}:${line - 1}: which project is this of?`);
    if (!path.endsWith(`.${language}`)) throw new Error(`${PAGE}:${line}: // path.${language}`);
    return { projects, path, code: code!, line };
  });
}

/** Writes each project of the page into a folder of its name, with the files that readers copy. */
export async function layOut(snippets: Snippet[], directory: string): Promise<void> {
  const put = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(directory, path)), { recursive: true });
    await Deno.writeTextFile(join(directory, path), text, { createNew: true });
  };
  // as far down as on the page, so that errors name its lines
  for (const { projects, path, code, line } of snippets) {
    for (const project of projects) {
      await put(`${project}/${path}`, "\n".repeat(line - 1) + code);
    }
  }
  for (const project of new Set(snippets.flatMap(({ projects }) => projects))) {
    for (const file of COPIED) {
      const text = await Deno.readTextFile(root + file);
      const name = file.split("/").at(-1);
      // what the page's sed does
      const copy = text.replaceAll(`"../../supabase/functions/_shared/`, `"./`);
      await put(`${project}/lib/${name}`, copy);
    }
    await put(`${project}/package.json`, `{ "type": "module" }`);
  }
}

/** @throws with TypeScript's errors, at their lines of the page */
export async function compileSnippets(): Promise<void> {
  await installPackages(PACKAGES);
  const directory = await temporaryDirectory("vision-board-snippets-");
  try {
    const snippets = snippetsOf(await Deno.readTextFile(root + PAGE));
    await layOut(snippets, directory);
    await Deno.symlink(`${root}${PACKAGES}/node_modules`, join(directory, "node_modules"));
    const errors: string[] = [];
    for (const project of new Set(snippets.flatMap(({ projects }) => projects))) {
      const compilerOptions = { ...COMPILER, ...OWN[project] };
      const config = JSON.stringify({ compilerOptions, include: ["**/*"] });
      await Deno.writeTextFile(join(directory, project, "tsconfig.json"), config);
      await run("node", [
        `${PACKAGES}/node_modules/typescript/bin/tsc`,
        "--pretty",
        "false",
        "--project",
        join(directory, project),
      ]).catch((error: Error) => errors.push(onThePage(error.message, snippets)));
    }
    if (errors.length > 0) throw new Error(errors.join("\n"));
  } finally {
    await removeTemporary(directory);
  }
}

/** TypeScript's errors with the page's lines for a snippet's. */
function onThePage(errors: string, snippets: Snippet[]): string {
  const own = new Set(
    snippets.flatMap(({ projects, path }) => projects.map((project) => `${project}/${path}`)),
  );
  return errors.replace(
    /^(\S+)\((\d+),\d+\): error /gm,
    (_, file: string, line) => {
      const path = file.replace(/^(?:.*\/)?vision-board-snippets-[^/]+\//, "");
      return own.has(path) ? `${PAGE}:${line} (${path}): ` : `${path}:${line}: `;
    },
  );
}
