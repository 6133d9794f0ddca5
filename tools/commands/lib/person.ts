import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../../supabase/functions/_shared/database.types.ts";
import type { Steps } from "./terminal.ts";

type Row = Database["public"]["Tables"]["vision_board_jobs"]["Row"];

const STATUSES: Record<string, string> = {
  pending: "Pending: waiting for QStash to deliver it",
  processing: "Processing: drawing the board",
  complete: "Complete",
  failed: "Failed",
};

/**
 * Signs a new person up.
 * @param stack the two variables that a frontend has
 */
export async function signUp(
  stack: { SUPABASE_URL: string; SUPABASE_PUBLISHABLE_KEY: string },
  steps: Pick<Steps, "begin" | "done">,
) {
  steps.begin("Signing up");
  const supabase = createClient<Database>(stack.SUPABASE_URL, stack.SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const email = `person-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const { data, error } = await supabase.auth.signUp({ email, password: crypto.randomUUID() });
  if (error) throw new Error(`Signing up failed: ${error.message}`);
  steps.done(`Signed up as ${email}`);
  return { id: data.user!.id, email, supabase, ...personOf(supabase, steps) };
}

/**
 * Somebody who creates jobs and reads them as a frontend does, with plain supabase-js.
 * @param supabase signed in
 */
export function personOf(supabase: SupabaseClient<Database>, steps: Pick<Steps, "begin" | "done">) {
  return {
    /** @throws with the function's message and issues */
    async createJob(request: Record<string, unknown>): Promise<{ id: string }> {
      steps.begin("Creating the job");
      const { data, error } = await supabase.functions.invoke("create-job", { body: request });
      if (error) {
        const answer = error.context instanceof Response ? await error.context.json() : error;
        const issues = (answer.issues ?? []).map((issue: { path: string; message: string }) =>
          `\n  ${issue.path}: ${issue.message}`
        );
        throw new Error(`${answer.message}${issues.join("")}`);
      }
      steps.done(`Created job ${data.id}`);
      return data;
    },

    /** Reads the row until the job is complete, a step for each status. @throws if it fails or takes 60 s */
    async waitForBoard(id: string): Promise<Row> {
      let status = "";
      for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
        const { data: row, error } = await supabase.from("vision_board_jobs").select().eq("id", id)
          .single();
        if (error) throw new Error(`The row cannot be read: ${error.message}`);
        if (row.status !== status) steps.begin(STATUSES[status = row.status]!);
        if (row.status === "failed") throw new Error(row.error_message!);
        if (row.status === "complete") return row;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error("The job did not end within a minute.");
    },
  };
}
