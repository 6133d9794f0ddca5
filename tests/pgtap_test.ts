/** The tests in supabase/tests, as `supabase test db` runs them where Docker is. */
import { assert, assertEquals } from "@std/assert";
import { type Database, startDatabase } from "../tools/local-stack/supabase/provision.ts";
import { runPgTap } from "../tools/local-stack/pgtap.ts";

const directory = new URL("../supabase/tests/", import.meta.url);
const files = [...Deno.readDirSync(directory)].filter((entry) => entry.isDirectory)
  .flatMap(({ name: subject }) =>
    [...Deno.readDirSync(new URL(subject, directory))].map(({ name }) => `${subject}/${name}`)
  ).sort();
let database: Database;

Deno.test.beforeAll(async () => {
  database = await startDatabase();
  await run("000_helpers.sql");
});
Deno.test.afterAll(async () => await database?.stop());

async function run(file: string): Promise<void> {
  const results = await runPgTap(database.url, new URL(file, directory).pathname);
  assert(results.length > 0, `${file} tests nothing`);
  assertEquals(results.filter((result) => !result.ok), []);
}

for (const file of files) {
  Deno.test({
    name: file.replace("/", ": ").replace(/\.sql$/, "").replaceAll("_", " "),
    fn: () => run(file),
    sanitizeOps: false,
    sanitizeResources: false,
  });
}
