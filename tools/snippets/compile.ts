/** The snippets of docs/frontend.md as projects that compile: what people paste must work. */
import { basename, dirname, join } from "node:path";
import { installPackages, root, run } from "../commands/lib/process.ts";

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

interface Snippet {
  /** The project that it is a file of; a block of "```tsx react next" is a file of two. */
  project: string;
  /** Its path in the project, from its first line: "// lib/supabase.ts". */
  path: string;
  code: string;
  /** The line of the page on which the code begins. */
  line: number;
}

/** @throws with TypeScript's errors, at their lines of the page */
export async function compileSnippets(): Promise<void> {
  await installPackages(PACKAGES);
  const directory = await Deno.makeTempDir({ prefix: "vision-board-snippets-" });
  try {
    const snippets = snippetsOf(await Deno.readTextFile(root + PAGE));
    await writeProjects(snippets, directory);
    await Deno.symlink(`${root}${PACKAGES}/node_modules`, join(directory, "node_modules"));
    const tsc = [`${PACKAGES}/node_modules/typescript/bin/tsc`, "--pretty", "false", "--project"];
    const errors: string[] = [];
    for (const project of new Set(snippets.map(({ project }) => project))) {
      await run("node", [...tsc, join(directory, project)])
        .catch((error: Error) => errors.push(onThePage(error.message, snippets)));
    }
    if (errors.length > 0) throw new Error(errors.join("\n"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/**
 * All TypeScript of a page.
 * @throws naming the line of a block without a project or a path: nothing is left out silently
 */
function snippetsOf(markdown: string): Snippet[] {
  const fences = /^[ \t]*```(tsx?|jsx?|typescript|javascript)\b(.*)\n([^]*?)^[ \t]*```$/gm;
  return [...markdown.matchAll(fences)].flatMap(({ 1: language, 2: info, 3: code, index }) => {
    const line = markdown.slice(0, index).split("\n").length + 1;
    const projects = info!.trim().split(/\s+/).filter(Boolean);
    const path = code!.match(/^\/\/ (\S+)\n/)?.[1] ?? "";
    if (projects.length === 0) throw new Error(`${PAGE}:${line - 1}: name the block's project.`);
    if (!path.endsWith(`.${language}`)) {
      throw new Error(`${PAGE}:${line}: begin with the path: // path.${language}`);
    }
    return projects.map((project) => ({ project, path, code: code!, line }));
  });
}

/** Writes each project of the page into a folder of its name, with the files that readers copy. */
async function writeProjects(snippets: Snippet[], directory: string): Promise<void> {
  const put = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(directory, path)), { recursive: true });
    await Deno.writeTextFile(join(directory, path), text, { createNew: true });
  };
  for (const { project, path, code, line } of snippets) {
    // as far down as on the page, so that errors name its lines
    await put(`${project}/${path}`, "\n".repeat(line - 1) + code);
  }
  for (const project of new Set(snippets.map(({ project }) => project))) {
    for (const file of COPIED) {
      const text = await Deno.readTextFile(root + file);
      // what the page's sed does
      const copy = text.replaceAll(`"../../supabase/functions/_shared/`, `"./`);
      await put(`${project}/lib/${basename(file)}`, copy);
    }
    await put(`${project}/package.json`, `{ "type": "module" }`);
    const compilerOptions = { ...COMPILER, ...OWN[project] };
    const config = JSON.stringify({ compilerOptions, include: ["**/*"] });
    await put(`${project}/tsconfig.json`, config);
  }
}

/** TypeScript's errors, with the page's lines for a snippet's. */
function onThePage(errors: string, snippets: Snippet[]): string {
  const own = new Set(snippets.map(({ project, path }) => `${project}/${path}`));
  return errors.replace(/^(\S+)\((\d+),\d+\): error /gm, (_, file: string, line) => {
    const path = file.replace(/^(?:.*\/)?vision-board-snippets-[^/]+\//, "");
    return own.has(path) ? `${PAGE}:${line} (${path}): ` : `${path}:${line}: `;
  });
}
