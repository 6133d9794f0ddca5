import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import type { Client } from "./vision_boards.ts";

const { VITE_SUPABASE_URL: url, VITE_SUPABASE_PUBLISHABLE_KEY: key } = import.meta.env;

/** The one client of the page. Its session is kept in localStorage and renewed by itself. */
export const supabase: Client = createClient<Database>(url, key, {
  global: {
    // a deletion that is under way when the tab is closed still arrives
    fetch: (input, init) => fetch(input, { ...init, keepalive: init?.method === "DELETE" }),
  },
});
export const settings = { url, key };
