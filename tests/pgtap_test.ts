/** Every file of supabase/tests, as `supabase test db` runs them where Docker is. */
import { assert, assertEquals } from "@std/assert";
import { type Database, startDatabase } from "../tools/local-stack/supabase/provision.ts";
import { runPgTap } from "../tools/local-stack/pgtap.ts";

const directory = new URL("../supabase/tests/", import.meta.url);
const files = [...Deno.readDirSync(directory)].map((file) => file.name).filter((name) =>
  name.endsWith(".sql")
).sort();
let database: Database;

Deno.test.beforeAll(async () => {
  database = await startDatabase();
});
Deno.test.afterAll(async () => await database?.stop());

for (const name of files) {
  const sentence = name.replace(/^\d+_/, "").replace(/\.sql$/, "").replaceAll("_", " ");
  const run = async () => {
    const results = await runPgTap(database.url, new URL(name, directory).pathname);
    assert(results.length > 0, `${name} tests nothing`);
    assertEquals(results.filter((result) => !result.ok), []);
  };
  Deno.test({ name: sentence, fn: run, sanitizeOps: false, sanitizeResources: false });
}
