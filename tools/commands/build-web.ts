/** npm run build:web: the static site in web/dist, and how large it is. */
import { fileURLToPath } from "node:url";
import { describeError } from "../local-stack/stack_errors.ts";
import { buildWeb } from "./lib/web.ts";
import { bold, dim, print, printError, red, table } from "./lib/terminal.ts";

/** The page's own JavaScript, without supabase-js, in bytes as sent. */
const LIMIT = 40_000;
const out = fileURLToPath(new URL("../../web/dist", import.meta.url));

try {
  const files = await buildWeb(out);
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(6)} KB`;
  print(`\n${bold("web/dist")} ${dim("gzipped, and as it is")}\n`);
  const shown = files.map(({ name, size, gzip }): [string, string] => [
    name,
    `${kb(gzip)} ${dim(kb(size))}`,
  ]);
  table(shown);
  const own = files.filter(({ name }) => name.endsWith(".js") && !name.includes("/supabase"))
    .reduce((sum, { gzip }) => sum + gzip, 0);
  print(
    `\n${kb(own).trim()} of JavaScript beside supabase-js, of ${kb(LIMIT).trim()}.`,
  );
  if (own > LIMIT) throw new Error("The page has grown too large.");
  Deno.exit(0); // Vite's workers would keep the process for a while
} catch (error) {
  printError(red(describeError(error)));
  Deno.exit(1);
}
