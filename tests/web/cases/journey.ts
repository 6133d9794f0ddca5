import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { stack, webTest } from "../support/web.ts";

const goals = ["Run a marathon", "Learn Spanish", "Grow a balcony garden"];

webTest("a person writes, signs up, watches, saves, shares, deletes and leaves", async (visit) => {
  const ava = await visit({ permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = ava;
  await ava.reads("Your year, on one page.");
  await ava.isAccessible("empty");
  await page.getByRole("button", { name: `Add ${goals[0]}` }).click();
  await ava.write(goals[1]!, goals[2]!);
  assertEquals(await ava.goals(), goals);
  assertEquals(await page.locator(".count").textContent(), "3 of 12");
  await page.getByLabel("Your name").fill("Ava");
  await page.getByLabel("Rank tag").fill("@ava");
  await ava.isAccessible("writing");

  await ava.make();
  await ava.reads("Whose board is it?");
  await ava.isAccessible("signing up");
  await ava.button("I already have an account").click();
  await page.getByLabel("Email").fill(ava.email);
  await page.getByLabel("Password").fill("wrong horse");
  await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await page.getByText("That email and password do not match.").waitFor();
  await ava.isAccessible("refused");
  await ava.button("I am new here").click();

  await stack().whileUploadsHang(async () => {
    await ava.signUp();
    await ava.reads("Drawing your board.");
    await ava.isAccessible("drawing");
  });
  await ava.isDone();
  assertEquals(await page.evaluate("scrollY"), 0, "all of it is in view");
  const [row] = await ava.rows();
  assertEquals([row!.status, row!.goals, row!.name, row!.rank_tag, row!.theme], [
    "complete",
    goals,
    "Ava",
    "@ava",
    "light",
  ]);
  assertEquals(
    await page.locator(".whole").getAttribute("alt"),
    `Your vision board: ${goals.join("; ")}`,
  );
  assertEquals(await ava.kept("goals"), [], "goals that were made are cleared");
  await ava.isAccessible("done");

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    ava.button("Download").click(),
  ]);
  assertMatch(download.suggestedFilename(), /^vision-board-\d{4}-\d\d-\d\d\.jpg$/);
  const saved = await Deno.readFile(await download.path());
  const stored = await stack().service.storage.from("vision-boards").download(
    row!.image_storage_path!,
  );
  assertEquals(saved, await stored.data!.bytes());

  const hung = page.locator("button.board-card");
  await hung.click();
  const large = page.getByRole("dialog", { name: "Ava’s vision" });
  assertStringIncludes((await large.getByRole("img").getAttribute("alt"))!, goals.join("; "));
  await large.getByText(/Kept until/).waitFor();
  await large.getByRole("button", { name: "Share" }).click();
  await large.getByText(/Link copied\. It works until/).waitFor();
  assertEquals(await page.getByText("Link copied.").count(), 1);
  assertEquals(await page.evaluate("navigator.clipboard.readText()"), row!.image_url);
  await ava.isAccessible("large, with a message");
  await large.getByRole("button", { name: "Close this message" }).click();
  await ava.button("Delete").click();
  await page.getByText("None yet.").waitFor();
  await ava.isAccessible("deleted");
  await ava.button("Undo").click();
  await hung.waitFor();
  assertEquals((await ava.rows()).length, 1, "undone");
  await ava.write("A secret wish");
  await hung.click();
  await ava.button("Delete").click();
  await ava.button("Your account").click();
  await ava.isAccessible("account");
  await ava.button("Sign out").click();
  await page.getByText("Signed out.").waitFor();
  assertEquals((await ava.rows()).length, 0, "a deletion that could still be undone is done");
  const left = await page.evaluate("JSON.stringify({ ...localStorage })") as string;
  assert(!/secret wish|Ava|@|auth-token/.test(left), left);
});

webTest("two people at once never see each other's boards", async (visit) => {
  const people = await Promise.all([visit(), visit()]);
  await Promise.all(people.map(async (person, i) => {
    await person.write(`Goal of person ${i}`);
    await person.make();
    await person.signUp();
    await person.isDone();
    await person.page.reload();
  }));
  for (const [i, { page }] of people.entries()) {
    await page.locator(".board-card img").first().waitFor();
    const alts = await page.locator(".board-card img").evaluateAll((all) =>
      all.map((it) => it.alt)
    );
    assertEquals(alts, [`Vision board: Goal of person ${i}`]);
  }
});
