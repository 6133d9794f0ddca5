import { bundle } from "./bundle.ts";
import { HEADER } from "./asset_module.ts";

/** What is left out, or said to esbuild, before the second pass; each must be found. */
const EDITS: readonly (readonly [what: RegExp, by: string])[] = [
  // The image model alone: the provider would bring Google's files, video, speech and batches along.
  [
    /^export \{[^}]*\};$/m,
    "export { APICallError, generateImage, GoogleImageModel, NoImageGeneratedError, OpenAIImageModel };",
  ],
  // Vercel's gateway, the provider of models that are named by a string. Ours are objects.
  [/(?<=globalThis\.AI_SDK_DEFAULT_PROVIDER) \?\? gateway\b/g, ""],
  // zod's main module has set its language already.
  [/^ +if \(!config\d*\(\)\.localeError\) config\d*\(en\d*\(\)\);\n/gm, ""],
  // Serialisation for Vercel's workflows; a computed key keeps every class that has one.
  [/^ {2}static \[WORKFLOW_\w+\]\(\w+\) \{\n(?: {4}.*\n)* {2}\}\n/gm, ""],
  // The packages say that they have no side effects, but not that a call on the top level has none.
  [/(?<=^(?:var|let|const) [\w$]+ = )(?=(?:new )?[\w$.]+\()/gm, "/* @__PURE__ */ "],
  [/\bNumber\.MAX_SAFE_INTEGER\b/g, String(Number.MAX_SAFE_INTEGER)],
  [/(?<![\w$.])(?=(?:z[\d$]*|\w+Schema[\d$]*)\.\w+\()/g, "/* @__PURE__ */ "],
];

/**
 * The part of the Vercel AI SDK that makes pictures, as it is: `generateImage`, the image models of OpenAI
 * and Google, the errors. 1.1 MB of source in whole, of which 0.17 MB are reached from these. The only
 * import that is left is the functions' own zod.
 *
 * @throws {Error} if the SDK has changed so that an edit finds nothing, or something else is imported
 */
export async function aiSdk(): Promise<string> {
  let whole = await bundle(
    `export { APICallError, generateImage, NoImageGeneratedError } from "ai";
     export { OpenAIImageModel } from "@ai-sdk/openai/internal";
     export { createGoogle } from "@ai-sdk/google";`,
    "--external:zod/*",
  );
  for (const [what, by] of EDITS) {
    const edited = whole.replace(what, by);
    if (edited === whole) throw new Error(`The AI SDK has changed: nothing matches ${what}.`);
    whole = edited;
  }
  const reached = await bundle(whole, "--external:zod/*");
  // As TypeScript, because there an import that nothing uses is dropped.
  const small = (await bundle(reached, "--external:zod/*", "--loader=ts", "--minify"))
    .replace(/(?<=from ?")zod\/v4(?:\/core)?(?=")/g, "zod");
  const others = [...small.matchAll(/\bimport\b[^;]*?from ?"([^"]+)"/g)].map((found) => found[1])
    .filter((name) => name !== "zod");
  if (others.length > 0) throw new Error(`The AI SDK imports ${others.join(", ")}.`);
  return `${HEADER}/* @ts-self-types="../ai.d.ts" */\n${small}`;
}
