import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../../supabase/functions/_shared/database.types.ts";
import type { Steps } from "./terminal.ts";

type Row = Database["public"]["Tables"]["vision_board_jobs"]["Row"];

const words = {
  pending: "Pending: waiting for QStash to deliver it",
  processing: "Processing: drawing the board",
  complete: "Complete",
  failed: "Failed",
};

/**
 * A person in front of a frontend: signs up, then creates, waits and reads with plain supabase-js.
 * @param stack the two variables that a frontend has
 */
export async function ask(
  stack: { SUPABASE_URL: string; SUPABASE_PUBLISHABLE_KEY: string },
  steps: Pick<Steps, "begin" | "done">,
) {
  steps.begin("Signing up");
  const supabase = createClient<Database>(stack.SUPABASE_URL, stack.SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const email = `person-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const { error } = await supabase.auth.signUp({ email, password: crypto.randomUUID() });
  if (error) throw new Error(`Signing up failed: ${error.message}`);
  steps.done(`Signed up as ${email}`);

  return {
    email,
    supabase,

    /** Creates a job; an error is what the function said. */
    async create(request: Record<string, unknown>): Promise<{ id: string }> {
      steps.begin("Creating the job");
      const { data, error } = await supabase.functions.invoke("create-job", { body: request });
      if (error) {
        const said = error.context instanceof Response ? await error.context.json() : error;
        const issues = (said.issues ?? []).map((i: { path: string; message: string }) =>
          `\n  ${i.path}: ${i.message}`
        );
        throw new Error(`${said.message}${issues.join("")}`);
      }
      steps.done(`Created job ${data.id}`);
      return data;
    },

    /** Reads the row until it ended, a step for each status. @throws if it failed or took 60 s */
    async wait(id: string): Promise<Row> {
      let status = "";
      for (const until = Date.now() + 60_000; Date.now() < until;) {
        const { data: row, error } = await supabase.from("vision_board_jobs").select().eq("id", id)
          .single();
        if (error) throw new Error(`The row could not be read: ${error.message}`);
        if (row.status !== status) steps.begin(words[(status = row.status) as keyof typeof words]);
        if (row.status === "failed") throw new Error(row.error_message!);
        if (row.status === "complete") return row;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error("The job did not end within a minute.");
    },
  };
}
