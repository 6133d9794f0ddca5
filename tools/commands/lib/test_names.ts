/** The names of a file's tests, without running them: many are made from lists. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../../checks/database_types.ts";

/** In place of `Deno.test`, in a process of its own: notes names instead of registering tests. */
const collector = `
const names = [];
const note = (first, second) =>
  names.push([first, first?.name, second?.name].find((name) => typeof name === "string"));
Deno.test = Object.assign(note, {
  ignore: note, only: note, beforeAll() {}, afterAll() {}, beforeEach() {}, afterEach() {},
});
const found = {};
for (const url of FILES) {
  await import(url).catch(() => {}); // one that does not load has no tests
  found[url] = names.splice(0);
}
console.log("\\n" + JSON.stringify(found));
Deno.exit(0);
`;

/** @param files from the project's root */
export async function testNames(project: string, files: string[]): Promise<Map<string, string[]>> {
  const urls = files.map((file) => pathToFileURL(join(project, file)).href);
  const code = collector.replace("FILES", () => JSON.stringify(urls));
  const output = await run(Deno.execPath(), ["eval", "--quiet", "--no-check", code]);
  const found: Record<string, string[]> = JSON.parse(output.trim().split("\n").at(-1)!);
  return new Map(files.map((file, i) => [file, found[urls[i]!]!]));
}
