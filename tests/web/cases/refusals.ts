import { assertEquals } from "@std/assert";
import { answer, stack, webTest } from "../support/web.ts";

/** Answers that a stack gives on a bad day only. */
const answers: [status: number, code: string, retryAfter: number, words: RegExp][] = [
  [429, "too_many_active_jobs", 10, /Your other boards come first.*Try again in 10 seconds/],
  [429, "daily_limit_reached", 3600, /That is all for today.*Try again at \d+:\d\d/],
  [503, "unavailable", 5, /We are having trouble.*saved.*Try again in 5 seconds/],
];

webTest("limits and outages say when to try again, and keep the goals", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await ava.signUpFromHeader();
  await ava.write("Stay calm");
  for (const [status, code, retryAfter, words] of answers) {
    await answer(page, "**/functions/v1/create-job", status, { code, message: "No." }, retryAfter);
    await ava.make();
    await page.getByRole("alert").filter({ hasText: words }).waitFor();
    await page.unrouteAll();
  }
  await ava.isAccessible("refused");
  assertEquals(await ava.goals(), ["Stay calm"]);
  await ava.make();
  await ava.isDone();
});

webTest("a session that ended asks to sign in again and keeps the goals", async (visit) => {
  const ava = await visit();
  await ava.signUpFromHeader();
  await stack().sql`delete from auth.users where email = ${ava.email}`;
  await ava.write("Keep my words");
  await ava.make();
  await ava.reads("Welcome back");
  assertEquals(await ava.goals(), ["Keep my words"]);
  await ava.button("I am new here").click();
  await ava.signUp();
  await ava.isDone();
  assertEquals((await ava.rows())[0]!.goals, ["Keep my words"]);
});
