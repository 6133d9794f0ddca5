import { assertEquals } from "@std/assert";
import { until } from "../../support/test_stack.ts";
import { answer, stack, webTest } from "../support/web.ts";

webTest(
  "the gallery shows pages, newest first, and marks boards that expire soon",
  async (visit) => {
    const ava = await visit();
    const { page } = ava;
    await ava.signUpFromHeader();
    const [user] = await stack().sql`select id from auth.users where email = ${ava.email}`;
    await stack().sql`
    insert into public.vision_board_jobs
      (user_id, goals, name, status, image_storage_path, created_at, expires_at)
    select ${user!.id}, '["Keep going"]', 'No ' || i, 'complete', ${user!.id} || i,
      -- two with the same time, so that a page ends between them
      now() - make_interval(days => i / 2), now() + make_interval(days => 30 - i, hours => -1)
    from generate_series(1, 29) as i`;
    await page.reload();
    const names = () => page.locator(".boards strong").allTextContents();
    const older = ava.button("Show older boards");
    await until(async () => (await names()).length === 12);
    await older.click();
    await until(async () => (await names()).length === 24);
    await older.click();
    const all = await until(async () => (await names()).length === 29 && await names());
    assertEquals(new Set(all).size, 29, "none twice, none left out");
    assertEquals(await older.count(), 0);
    const soon = await page.locator(".soon").allTextContents();
    assertEquals(soon.sort(), ["Expires in 2 days", "Expires in 3 days", "Expires within a day"]);
    await page.getByText("The picture cannot be loaded right now.").first().waitFor();
  },
);

webTest("a gallery that cannot be loaded says so and can be retried", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  const failed = page.getByText("Your boards could not be loaded");
  const fail = () => answer(page, "**/rest/v1/**", 500, { code: "XX000", message: "No." });
  await fail();
  await ava.button("Sign in").click();
  await ava.signUp();
  await failed.waitFor();
  await ava.isAccessible("no gallery");
  await page.unrouteAll();
  await ava.button("Try again").click();
  await page.getByText("None yet.").waitFor();

  await fail();
  await page.reload();
  await failed.waitFor();
  await page.unrouteAll();
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await page.getByText("None yet.").waitFor(); // loaded once the network is back
});
