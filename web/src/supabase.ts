import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import type { Client } from "./vision_boards.ts";

declare global {
  /** What Vite puts in when it builds; see README.md, "The frontend". */
  interface ImportMeta {
    readonly env: Record<"VITE_SUPABASE_URL" | "VITE_SUPABASE_PUBLISHABLE_KEY", string>;
  }
}
const { VITE_SUPABASE_URL: url, VITE_SUPABASE_PUBLISHABLE_KEY: key } = import.meta.env;
export const settings = { url, key };

/** The one client of the page. It keeps its session in localStorage and renews it. */
export const supabase: Client = createClient<Database>(url, key, {
  global: {
    // a deletion that is under way when the tab is closed still arrives
    fetch: (input, init) => fetch(input, { ...init, keepalive: init?.method === "DELETE" }),
  },
});
