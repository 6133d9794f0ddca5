import { assert, assertEquals } from "@std/assert";
import { webTest } from "../support/web.ts";

/** When a signed link ends, in seconds. */
const endOf = (link: string) =>
  JSON.parse(atob(new URL(link).searchParams.get("token")!.split(".")[1]!)).exp as number;

webTest(
  "a renewed link works as long as promised, and replaces a share sheet that fails",
  async (visit) => {
    const ava = await visit({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page } = ava;
    // as after a change of the project's address
    await page.route("**/rest/v1/vision_board_jobs*", async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      await route.fulfill({
        response: answer,
        body: text.replace(/"image_url": ?"[^"]*"/g, '"image_url":null'),
      });
    });
    await ava.write("Paint");
    await ava.make();
    await ava.signUp();
    await ava.isDone();
    const [row] = await ava.rows();
    const copied = () => page.evaluate("navigator.clipboard.readText()") as Promise<string>;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await ava.button("Share").click();
    await page.getByText(/Link copied\. It works until/).waitFor();
    assertEquals(asked, [], "copying a link loads nothing");
    const link = await copied();
    assert(Math.abs(endOf(link) - Date.parse(row!.expires_at!) / 1000) < 60, link);
    assertEquals((await fetch(link)).status, 200);

    await page.evaluate(`navigator.clipboard.writeText("");
      navigator.canShare = () => true;
      navigator.share = () => Promise.reject(new DOMException("late", "NotAllowedError"));`);
    await ava.button("Close this message").click();
    await ava.button("Share").click();
    await page.getByText(/Link copied\. It works until/).waitFor();
    assertEquals(await copied(), link);
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error())");
    await ava.button("Share").click();
    await page.getByText("Press Share again.").waitFor();
  },
);
