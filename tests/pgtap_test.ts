/**
 * The tests in supabase/tests, as `supabase test db` runs them where Docker is, by a `postgres` with no
 * more rights than on hosted Supabase.
 */
import { assert, assertEquals } from "@std/assert";
import { startHostedDatabase } from "../tools/local-stack/supabase/provision.ts";
import { runPgTap } from "../tools/local-stack/pgtap.ts";

const directory = new URL("../supabase/tests/", import.meta.url);
const files = [...Deno.readDirSync(directory)].filter((entry) => entry.isDirectory)
  .flatMap(({ name: subject }) =>
    [...Deno.readDirSync(new URL(subject, directory))].map(({ name }) => `${subject}/${name}`)
  ).sort();
let database: Awaited<ReturnType<typeof startHostedDatabase>>;
const refused: string[] = [];

Deno.test.beforeAll(async () => {
  database = await startHostedDatabase((refusal) => refused.push(refusal));
  await run("000_helpers.sql");
});
Deno.test.afterAll(async () => await database?.stop());

async function run(file: string): Promise<void> {
  const path = new URL(file, directory).pathname;
  const results = await database.withPolicies(() => runPgTap(database.url, path));
  assert(results.length > 0, `${file} tests nothing`);
  assertEquals(results.filter((result) => !result.ok), []);
}

Deno.test("of the migrations only the policy on storage.objects needs what Supabase adds", () => {
  assertEquals([...new Set(refused)], ["must be owner of table objects"]);
  refused.length = 0;
});

for (const file of files) {
  Deno.test({
    name: file.replace("/", ": ").replace(/\.sql$/, "").replaceAll("_", " "),
    fn: () => run(file),
    sanitizeOps: false,
    sanitizeResources: false,
  });
}
