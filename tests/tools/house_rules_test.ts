/** The house rules of `npm run check`, each on a small tree that breaks it. */
import { assertEquals } from "@std/assert";
import { brokenHouseRules } from "../../tools/checks/house_rules.ts";

const functions = "supabase/functions";
/** Two functions that share a module, and a board with a door. */
const clean = {
  [`${functions}/one-job/index.ts`]: `import { a } from "../_shared/a.ts";\nDeno.serve(a);`,
  [`${functions}/two-jobs/index.ts`]: `import "./handler.ts";`,
  [`${functions}/two-jobs/handler.ts`]:
    `import type { a } from "../_shared/a.ts";\nexport { draw } from "../_board/mod.ts";`,
  [`${functions}/_shared/a.ts`]: `export const a = () => new Response();`,
  [`${functions}/_board/mod.ts`]: `export * from "./draw.ts";`,
  [`${functions}/_board/draw.ts`]: `export const draw = 1;`,
  [`${functions}/_board/assets/fonts.ts`]: "x".repeat(200),
  "tests/board/draw_test.ts": `import { draw } from "../../${functions}/_board/draw.ts";`,
};
const check = (files: Record<string, string>) =>
  brokenHouseRules(new Map(Object.entries({ ...clean, ...files })));

Deno.test("a clean tree breaks no rule", () => assertEquals(check({}), []));

Deno.test("an import circle is named, even if it is of types only", () => {
  const files = {
    "tools/a.ts": `import { b } from "./b.ts";`,
    "tools/b.ts": `// b\n\nexport type {\n  C,\n} from "./c.ts";`,
    "tools/c.ts": `type A = import("./a.ts").A;`,
  };
  assertEquals(check(files), [
    "tools/c.ts:1 closes an import circle: tools/a.ts → tools/b.ts → tools/c.ts → tools/a.ts",
  ]);
});

Deno.test("outside of the board, an import of anything but its mod.ts is named", () => {
  const files = { "web/page.tsx": `\nconst it = await import("../${functions}/_board/draw.ts");` };
  assertEquals(check(files), [
    `web/page.tsx:2 imports ${functions}/_board/draw.ts, not ${functions}/_board/mod.ts`,
  ]);
});

Deno.test("a shared module that fewer than two functions use is named", () => {
  const files = {
    [`${functions}/two-jobs/handler.ts`]: `import "../_shared/a.ts";\nimport "../_shared/b.ts";`,
    [`${functions}/_shared/b.ts`]: "",
    [`${functions}/_shared/c.ts`]: "",
  };
  assertEquals(check(files), [
    `${functions}/_shared/b.ts:1 is shared, but used by two-jobs only`,
    `${functions}/_shared/c.ts:1 is shared, but used by no function`,
  ]);
});

Deno.test("a line of more than 110 columns is named", () => {
  const files = { "web/page.css": `${"é".repeat(110)}\n${"é".repeat(111)}` };
  assertEquals(check(files), ["web/page.css:2 has 111 columns, more than 110"]);
});
