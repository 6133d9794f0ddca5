/** npm run generate: makes the generated files anew: the database's types, the board's assets. */
import { databaseTypes, typesFile, withDatabase } from "../checks/database_types.ts";
import { run } from "./lib/process.ts";
import { Steps } from "./lib/terminal.ts";

const steps = new Steps();
steps.begin("supabase/functions/_shared/database.types.ts");
await Deno.writeTextFile(typesFile, await withDatabase(databaseTypes));
steps.begin("supabase/functions/_board/assets/");
await run(Deno.execPath(), ["run", "--allow-all", "tools/board-assets/generate.ts"]);
steps.done();
