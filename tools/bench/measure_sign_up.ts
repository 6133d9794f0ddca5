/** What a sign-up costs beside rows that wait for somebody's address. */
import { fill, openStack } from "./bench_stack.ts";
import { type Bench, newTable, short, takeTurns, timed } from "./rounds.ts";

export async function measure(bench: Bench) {
  const stack = await openStack(bench);
  const { sql } = stack;
  const newAddress = () => `${crypto.randomUUID()}@example.com`;
  /** An account whose address is confirmed, as Supabase Auth writes it; the triggers do the rest. */
  const addAccount = async (email: string) => ({
    ms: await timed(() =>
      sql`insert into auth.users (id, email, aud, role, email_confirmed_at)
        values (gen_random_uuid(), ${email}, 'authenticated', 'authenticated', now())`
    ),
  });
  const turns = {
    "an account, in SQL": () => addAccount(newAddress()),
    "an account for which 20 boards wait, in SQL": async () => {
      const email = newAddress();
      await sql`
        insert into public.vision_board_jobs (email, goals)
        select ${email}, '["Learn to swim"]' from generate_series(1, 20)`;
      return await addAccount(email);
    },
    "sign-up, through the Auth API": async () => ({ ms: await timed(stack.signUp) }),
  };
  const note = "From call to answer, hand-over included, beside rows of guests without an owner.";
  const table = newTable("Sign-up, in ms", note, "sign_up");
  for (const size of [0, bench.unowned.signUp]) {
    if (size > 0) await fill(stack, bench, [0, size], true);
    const column = `${short(size)} unowned rows`;
    await takeTurns(bench, `Sign-up at ${column}`, turns, { ms: [table, column] });
  }
  return [table];
}
