import { assertEquals } from "@std/assert";
import { stack, webTest } from "../support/web.ts";

/** Answers of the contract that a stack gives on a bad day only. */
const answers: [status: number, code: string, retryAfter: number, words: RegExp][] = [
  [429, "too_many_active_jobs", 10, /Your other boards come first.*Try again in 10 seconds/],
  [429, "daily_limit_reached", 3600, /That was a full day.*Try again at \d+:\d\d/],
  [503, "unavailable", 5, /We cannot be reached.*kept.*Try again in 5 seconds/],
];

webTest("limits and outages say when it goes on, and keep the goals", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await ava.button("Sign in").click();
  await ava.signUp();
  await ava.write("Stay calm");
  for (const [status, code, retryAfter, words] of answers) {
    await page.route("**/functions/v1/create-job", (route) =>
      route.fulfill({
        status,
        json: { code, message: "No." },
        headers: {
          "access-control-allow-origin": "*",
          "access-control-allow-headers": "*, authorization, apikey, content-type, x-client-info",
          "access-control-expose-headers": "retry-after",
          "retry-after": String(retryAfter),
        },
      }));
    await ava.make();
    await page.getByRole("alert").filter({ hasText: words }).waitFor();
    await page.unrouteAll();
  }
  await ava.isAccessible("refused");
  assertEquals(await ava.goals(), ["Stay calm"]);
  await ava.make();
  await ava.isDone();
});

webTest("a session that ended asks to sign in again and goes on with the goals", async (visit) => {
  const ava = await visit();
  await ava.button("Sign in").click();
  await ava.signUp();
  await ava.page.getByText("None yet.").waitFor();
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

webTest("a gallery that cannot be read says so, and comes with the next try", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  const fail = () =>
    page.route("**/rest/v1/**", (route) =>
      route.fulfill({
        status: 500,
        json: { code: "XX000", message: "No." },
        headers: {
          "access-control-allow-origin": "*",
          "access-control-allow-headers": "*, authorization",
        },
      }));
  await fail();
  await ava.button("Sign in").click();
  await ava.signUp();
  await page.getByText("Your boards could not be loaded").waitFor();
  await ava.isAccessible("no gallery");
  await page.unrouteAll();
  await ava.button("Try again").click();
  await page.getByText("None yet.").waitFor();

  await fail();
  await page.reload();
  await page.getByText("Your boards could not be loaded").waitFor();
  await page.unrouteAll();
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await page.getByText("None yet.").waitFor(); // by itself, with the network
});
