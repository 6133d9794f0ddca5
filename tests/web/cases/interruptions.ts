import { assertEquals } from "@std/assert";
import { rig, webTest } from "../support/web.ts";

webTest(
  "offline in the middle: what is written waits, what is drawn is there afterwards",
  async (visit) => {
    const ava = await visit();
    const { page } = ava;
    const network = page.context();
    await ava.button("Sign in").click();
    await ava.signUp();
    await page.getByText("None yet.").waitFor();
    await network.setOffline(true);
    await page.getByText("You are offline. What you write is kept").waitFor();
    await ava.write("See the northern lights");
    await ava.make();
    await page.getByText("sent by themselves when you are back").waitFor();
    await ava.isAccessible("offline");
    await rig().whileUploadsHang(async () => {
      await network.setOffline(false); // sends it by itself
      await ava.reads("Drawing your board.");
      await network.setOffline(true);
      await page.getByText("You are offline.").waitFor();
    });
    await network.setOffline(false);
    await ava.isDone();
    assertEquals((await ava.rows()).length, 1);
  },
);

webTest("a reload in the middle shows the board again, and its end", async (visit) => {
  const ava = await visit();
  await ava.write("Learn to sail");
  await ava.make();
  await rig().whileUploadsHang(async () => {
    await ava.signUp();
    await ava.reads("Drawing your board.");
    await ava.page.reload();
    await ava.reads("Drawing your board.");
    await ava.page.locator(".stage .mini-tile", { hasText: "Learn to sail" }).waitFor();
  });
  await ava.isDone();
  await ava.page.reload();
  await ava.reads("Your year, on one page.");
  await ava.page.locator("button.hung").waitFor();
});

webTest(
  "a worker that fails: words that help, the goals are kept, and a new try",
  async (visit) => {
    const allow = (types: string[]) =>
      rig()
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
    await ava.page.locator(".stage").getByText(failed!.error_message!).waitFor();
    await ava.isAccessible("failed");
    await ava.page.locator(".stage").getByRole("button", { name: "Try again" }).click();
    await ava.isDone();
    const rows = await ava.rows();
    assertEquals(rows.map((row) => row.status), ["failed", "complete"]);
    assertEquals(rows[0]!.goals, rows[1]!.goals);
  },
);
