/** The guards of tests/guards, and whether each still fits the files that it names. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Guard } from "../../tests/guards/guard.ts";
import { testNames } from "./test_names.ts";

/** Every guard in the lists of a project. A list is whatever array a file of tests/guards exports. */
export async function readGuards(project: string): Promise<Guard[]> {
  const directory = join(project, "tests/guards");
  const files = [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
  const lists: Guard[] = [];
  for (const file of files) {
    if (!file.endsWith(".ts") || file === "guard.ts") continue;
    const exported = await import(pathToFileURL(join(directory, file)).href);
    lists.push(...Object.values(exported).filter(Array.isArray).flat());
  }
  return lists;
}

/** The file's text without the guard. Throws a sentence if the guard is not there, or more than once. */
export async function withoutGuard(
  project: string,
  { file, find, replace }: Pick<Guard, "file" | "find" | "replace">,
): Promise<string> {
  const text = await Deno.readTextFile(join(project, file)).catch(() => {
    throw new Error(`${file} cannot be read`);
  });
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file} has the text to be replaced ${parts.length - 1} times`);
  }
  if (find === replace) throw new Error("the replacement changes nothing");
  return parts.join(replace);
}

/**
 * What can be seen without running a test: that each change still applies, and that its test exists.
 * @returns a sentence for each that does not fit
 */
export async function problemsOf(project: string, guards: Guard[]): Promise<string[]> {
  const names = await testNames(project, [...new Set(guards.map(({ test }) => test))]);
  const problems: string[] = [];
  for (const { guard, test, name, ...change } of guards) {
    await withoutGuard(project, change)
      .catch((error) => problems.push(`${guard}: ${(error as Error).message}`));
    if (!names.get(test)!.some((one) => one.includes(name))) {
      problems.push(`${guard}: ${test} has no test named ${name}`);
    }
  }
  return problems;
}
