/** The harness of `npm run test:guards`, and that the lists of guards fit the files that they name. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fillTable } from "../scripts/lib/docs_tables.ts";
import { problemsOf, readGuards } from "../scripts/lib/guard_list.ts";
import { baseline, tryGuard } from "../scripts/lib/guard_trial.ts";
import type { Workspace } from "../scripts/lib/test_run.ts";
import { copyProject } from "../scripts/lib/workspace.ts";
import type { Guard } from "./guards/guard.ts";

const root = new URL("..", import.meta.url).pathname;

/** Runs with a directory that is removed afterwards. */
const test = (name: string, fn: (directory: string) => Promise<void>) =>
  Deno.test(name, async () => {
    const directory = await Deno.makeTempDir();
    try {
      await fn(directory);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });

Deno.test("every guard is still where its list says, and so is its test", async () => {
  assertEquals(await problemsOf(root, await readGuards(root)), []);
});

const product = `
export const limit = 3;
export const accepts = (n: number) => n <= limit;
export const started = [1].length;
export const seen: string[] = [];
`;
const tests = `
import { accepts, seen, started } from "./product.ts";
Deno.test.beforeAll(() => { if (started !== 1) throw new Error("it did not start"); });
Deno.test("no more than three", () => { if (accepts(4)) throw new Error("four were accepted"); });
Deno.test("at least one", () => { if (!accepts(1)) throw new Error("one was refused"); });
Deno.test("it says nothing", () => {});
Deno.test("it ends", async () => { while (!accepts(1)) await new Promise((r) => setTimeout(r, 9)); });
Deno.test({ name: "not today", ignore: true, fn() {} });
Deno.test.afterAll(() => { if (seen.length > 0) throw new Error("a secret got out"); });
`;

async function tinyProject(project: string): Promise<Workspace> {
  await Deno.writeTextFile(`${project}/product.ts`, product);
  await Deno.writeTextFile(`${project}/product_test.ts`, tests);
  await Deno.writeTextFile(`${project}/broken_test.ts`, "import './nowhere.ts';");
  await Deno.mkdir(`${project}/tmp`);
  return { project, scratch: project };
}

const guard = (find: string, replace: string, name: string, test = "product_test.ts"): Guard => ({
  ...{ guard: find, doc: "reliability", file: "product.ts", find, replace, test, name },
});
const cases: [string, Guard, string, RegExp][] = [
  ["that its test misses", guard("n <= limit", "true", "three"), "noticed", /^four were/],
  [
    "that only the end of the file misses",
    guard("string[] = []", "string[] = ['key']", "says nothing"),
    "noticed",
    /^a secret got out$/,
  ],
  ["that its test does not need", guard("n <= limit", "true", "one"), "survived", /at least one/],
  ["that is not there", guard("n < limit", "true", "three"), "error", /0 times/],
  ["that is there twice", guard("limit", "most", "three"), "error", /2 times/],
  ["that changes nothing", guard("limit = 3", "limit = 3", "three"), "error", /changes nothing/],
  ["whose test is not there", guard("n <= limit", "true", "ten"), "error", /no test named ten/],
  ["whose test is ignored", guard("n <= limit", "true", "not today"), "error", /is ignored/],
  ["without which nothing starts", guard("[1]", "[]", "three"), "error", /it did not start/],
  ["whose lack is no TypeScript", guard("limit = 3", "limit = (", "three"), "error", /SyntaxErr/],
  ["whose lack has no meaning", guard("n <= limit", "most", "three"), "error", /no-undef/],
  [
    "whose test file is broken",
    guard("n <= limit", "true", "three", "broken_test.ts"),
    "error",
    /does not load/,
  ],
];
for (const [what, tried, outcome, said] of cases) {
  test(`a guard ${what}: ${outcome}`, async (directory) => {
    const workspace = await tinyProject(directory);
    const verdict = await tryGuard(workspace, tried, 20);
    assertEquals(verdict.outcome, outcome, verdict.said);
    assertMatch(verdict.said, said);
    assertEquals(await Deno.readTextFile(`${directory}/product.ts`), product);
  });
}

test("a test that does not end is no proof", async (directory) => {
  const workspace = await tinyProject(directory);
  const verdict = await tryGuard(workspace, guard("n <= limit", "false", "it ends"), 1);
  assertEquals([verdict.outcome, verdict.said], ["error", "took too long, and was ended"]);
});

test("a test that fails anyway is no proof", async (directory) => {
  const workspace = await tinyProject(directory);
  await Deno.writeTextFile(`${directory}/product.ts`, product.replace("= 3", "= 9"));
  const [failing, fine] = [guard("= 9", "= 10", "no more"), guard("= 9", "= 0", "one")];
  const problems = await baseline(workspace, "product_test.ts", [failing, fine], 20);
  assertEquals([...problems.keys()], [failing]);
  assertStringIncludes(problems.get(failing)!.said, "fails with the guard in place: four were");
});

test("a list that does not fit is told so, without running a test", async (directory) => {
  await tinyProject(directory);
  const fits = guard("n <= limit", "true", "one at the");
  await Deno.writeTextFile(
    `${directory}/list_test.ts`,
    "for (const n of ['one', 'two']) Deno.test({ name: `${n} at the least`, fn() { Deno.exit(7); } });",
  );
  fits.test = "list_test.ts";
  const wrong = [
    guard("nothing", "", "one"),
    guard("[1]", "", "ten"),
    guard("n <=", "", "a", "x.ts"),
  ];
  assertEquals(await problemsOf(directory, [fits, ...wrong]), [
    "nothing: product.ts has the text to be replaced 0 times",
    "[1]: product_test.ts has no test named ten",
    "n <=: x.ts has no test named a",
  ]);
});

const isClone = Deno.lstat(`${root}.git`).then(() => true, () => false); // not of a downloaded archive
test("a copy has what git would take, and the same packages", async (directory) => {
  if (!await isClone) return;
  const { project } = await copyProject(root, directory);
  const copied = new Set([...Deno.readDirSync(project)].map(({ name }) => name));
  const known = [".ci", "package.json", "supabase", ".git", ".local"];
  assertEquals(known.filter((name) => copied.has(name)), [".ci", "package.json", "supabase"]);
  assertEquals(
    await Deno.readTextFile(`${project}/node_modules/postgres/package.json`),
    await Deno.readTextFile(`${root}node_modules/postgres/package.json`),
  );
});

test("a table in the docs is filled between its marks, and formatted", async (directory) => {
  const file = `${directory}/security.md`;
  await Deno.writeTextFile(
    file,
    "# A\n\n<!-- kills: begin, by x -->\nold\n<!-- kills: end -->\n\nB\n",
  );
  const rows = [{ where: "a | b", killed: 12 }, { where: "c", killed: 3 }];
  assertEquals(await fillTable(file, "kills", rows), true);
  assertEquals(
    await Deno.readTextFile(file),
    `# A

<!-- kills: begin, by x -->

| where  | killed |
| ------ | -----: |
| a \\| b |     12 |
| c      |      3 |

<!-- kills: end -->

B
`,
  );
  assertEquals(await fillTable(file, "kill", rows), false);
  assertEquals(await fillTable(`${directory}/none.md`, "kills", rows), false);
});
