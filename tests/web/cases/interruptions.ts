import { assert, assertEquals } from "@std/assert";
import { until } from "../../support/test_stack.ts";
import { stack, webTest } from "../support/web.ts";

webTest("goals wait while offline, and a board is made meanwhile", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  const network = page.context();
  await ava.signUpFromHeader();
  await network.setOffline(true);
  await page.getByText("You are offline. What you write is saved").waitFor();
  await ava.write("See the northern lights");
  await ava.make();
  await page.getByText("will be sent when you are back online").waitFor();
  await page.getByText("You are offline. Your goals will be sent when you are back.").waitFor();
  await ava.isAccessible("offline");
  await ava.entry().fill("Half a thou");
  await stack().whileUploadsHang(async () => {
    await network.setOffline(false); // sends it by itself
    await ava.reads("Drawing your board.");
    await network.setOffline(true);
    await page.getByText("You are offline.").waitFor();
  });
  await network.setOffline(false);
  await ava.isDone();
  assertEquals((await ava.rows()).map((row) => row.goals), [["See the northern lights"]]);
  await ava.button("Make another one").click();
  assertEquals([await ava.goals(), await ava.entry().inputValue()], [[], "Half a thou"]);
});

webTest("goals that change while offline are not sent", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await ava.signUpFromHeader();
  await page.context().setOffline(true);
  await ava.write("See the northern lights");
  await ava.make();
  await page.getByText("Your goals will be sent when you are back.").waitFor();
  await ava.write("See the southern ones");
  await page.getByText("You are offline. What you write is saved.").waitFor();
  assertEquals(await page.getByText("will be sent").count(), 0);
  await page.context().setOffline(false);
  await page.getByText("Your goals have changed since you asked for a board.").waitFor();
  assertEquals((await ava.rows()).length, 0);
  await ava.make();
  await ava.isDone();
  assertEquals((await ava.rows()).map((row) => row.goals), [
    ["See the northern lights", "See the southern ones"],
  ]);
});

webTest("an image that does not load is shown once the network is back", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await page.route("**/storage/v1/object/**", (route) => route.abort());
  await ava.write("Paint");
  await ava.make();
  await ava.signUp();
  await ava.isDone();
  await page.locator(".current").getByText("The picture cannot be loaded right now.").waitFor();
  await ava.isAccessible("no picture");
  await page.unrouteAll();
  await page.context().setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await page.context().setOffline(false);
  await until(() => page.evaluate("document.querySelector('.current img')?.naturalWidth === 1080"));
});

webTest(
  "a finished board is announced without taking the focus, and a deleted one goes",
  async (visit) => {
    const ava = await visit();
    const { page } = ava;
    await ava.write("Paint");
    await ava.make();
    const mine = page.getByRole("link", { name: "My boards" });
    await stack().whileUploadsHang(async () => {
      await ava.signUp();
      await ava.reads("Drawing your board.");
      await mine.focus();
    });
    await ava.isDone();
    await page.locator("[aria-live=polite]", { hasText: "There it is." }).waitFor({
      state: "attached",
    });
    assert(await mine.evaluate((it) => it === it.ownerDocument.activeElement));

    await ava.button("Make another one").click();
    await ava.write("Sing");
    await stack().whileUploadsHang(async () => {
      await ava.make();
      await ava.reads("Drawing your board.");
      await stack().sql`delete from public.vision_board_jobs where goals = '["Sing"]'`;
      await page.getByText("This board no longer exists.").waitFor();
      await ava.reads("Your year, on one page.");
    });
    assertEquals(await ava.goals(), ["Sing"], "what was written is still there");
  },
);

webTest("a reload shows the board that is being made", async (visit) => {
  const ava = await visit();
  await ava.write("Learn to sail");
  await ava.make();
  await stack().whileUploadsHang(async () => {
    await ava.signUp();
    await ava.reads("Drawing your board.");
    await ava.page.reload();
    await ava.reads("Drawing your board.");
    await ava.page.locator(".current .mini-tile", { hasText: "Learn to sail" }).waitFor();
  });
  await ava.isDone();
  await ava.page.reload();
  await ava.reads("Your year, on one page.");
  await ava.page.locator("button.board-card").waitFor();
});

webTest("a failed board says why, and its goals can be tried again or reused", async (visit) => {
  const allow = (types: string[]) =>
    stack()
      .sql`update storage.buckets set allowed_mime_types = ${types} where id = 'vision-boards'`;
  const ava = await visit();
  await allow(["image/gif"]); // every upload is refused
  try {
    await ava.write("Paint");
    await ava.make();
    await ava.signUp();
    await ava.reads("This board did not make it.");
  } finally {
    await allow(["image/jpeg", "image/webp", "image/png"]);
  }
  const [failed] = await ava.rows();
  await ava.page.locator(".current").getByText(failed!.error_message!).waitFor();
  await ava.isAccessible("failed");
  await ava.page.locator(".current").getByRole("button", { name: "Try again" }).click();
  await ava.isDone();
  const rows = await ava.rows();
  assertEquals(rows.map((row) => row.status), ["failed", "complete"]);
  assertEquals(rows[0]!.goals, rows[1]!.goals);

  await ava.button("Make another one").click();
  await ava.write("Sing", "Dance");
  await ava.entry().fill("Half a thou");
  await ava.button("Reuse goals").click();
  assertEquals(await ava.goals(), ["Paint"]);
  await ava.button("Undo").click();
  assertEquals([await ava.goals(), await ava.entry().inputValue()], [
    ["Sing", "Dance"],
    "Half a thou",
  ]);
});
