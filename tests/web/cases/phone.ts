import { assertEquals } from "@std/assert";
import { webTest } from "../support/web.ts";

/** What can be pressed and is smaller than 44 px, and by how much the page is wider than the screen. */
const cramped = `[
  ...[...document.querySelectorAll("button, a, input, textarea, label:has(input[type=radio])")]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.matches(".skip"))
    .map((it) => [it.getBoundingClientRect(), it])
    .filter(([{ width, height }]) => Math.min(width, height) < 43.9)
    .map(([{ width, height }, it]) => it.outerHTML.slice(0, 90) + " " + width + "x" + height),
  ...(document.documentElement.scrollWidth > innerWidth ? ["too wide: " + document.documentElement.scrollWidth] : []),
]`;

webTest("everything fits a small phone in the dark and can be pressed", async (visit) => {
  const ava = await visit({
    viewport: { width: 360, height: 740 },
    isMobile: true,
    hasTouch: true,
    colorScheme: "dark",
  });
  const { page } = ava;
  const fits = async (state: string) => {
    assertEquals(await page.evaluate(cramped), [], state);
    await ava.isAccessible(`${state}, dark, on a phone`);
  };
  await fits("empty");
  await ava.write("Run a marathon in under four hours", "x".repeat(90), "Learn Spanish");
  await page.getByLabel("Your name").fill("Maximiliane Alexandra");
  await page.getByLabel("Rank tag").fill("@maximiliane-the-great");
  await page.getByRole("radio", { name: "Night" }).check();
  await page.getByRole("button", { name: /^Move Learn Spanish/ }).tap();
  await page.getByRole("button", { name: /^Move Learn Spanish up/ }).tap();
  await fits("writing");
  await ava.button("Make my board").tap();
  await ava.reads("Whose board is it?");
  await fits("signing up");
  await ava.signUp();
  await ava.isDone();
  await fits("done");
  await page.locator("button.board-card").tap();
  await page.getByRole("dialog").getByRole("img").waitFor();
  await fits("large");
});
