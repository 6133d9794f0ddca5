/** npm run build:web: builds the static site into web/dist, and prints how large it is. */
import { describeError } from "../local-stack/stack_errors.ts";
import { root } from "./lib/process.ts";
import { bold, dim, print, printError, red, table } from "./lib/terminal.ts";
import { buildWeb } from "./lib/vite.ts";

/** The page's own JavaScript, without supabase-js, in bytes as sent. */
const LIMIT = 40_000;

try {
  const files = await buildWeb(`${root}web/dist`);
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(6)} KB`;
  print(`\n${bold("web/dist")} ${dim("compressed, and as it is")}\n`);
  table(files.map(({ name, size, gzip }) => [name, `${kb(gzip)} ${dim(kb(size))}`]));
  const own = files.filter(({ name }) => name.endsWith(".js") && !name.includes("/supabase"))
    .reduce((sum, { gzip }) => sum + gzip, 0);
  print(`\nThe page's own JavaScript: ${kb(own).trim()} of at most ${kb(LIMIT).trim()}.`);
  if (own > LIMIT) throw new Error("The page's JavaScript is too large.");
  Deno.exit(0); // Vite's workers would keep the process for a while
} catch (error) {
  printError(red(describeError(error)));
  Deno.exit(1);
}
