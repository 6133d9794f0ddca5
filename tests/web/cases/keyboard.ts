import { assert, assertEquals } from "@std/assert";
import { until } from "../../support/test_stack.ts";
import { webTest } from "../support/web.ts";

webTest("everything can be done with the keyboard alone", async (visit) => {
  const { page, ...ava } = await visit();
  const keys = page.keyboard;
  const focused = () =>
    page.evaluate(
      "(document.activeElement.getAttribute('aria-label') || document.activeElement.name || document.activeElement.textContent || document.activeElement.id).trim()",
    ) as Promise<string>;
  /** Tabs until the focus is there; it must be visible wherever it is. */
  const tabTo = async (name: string) => {
    for (let i = 0; i < 40; i++) {
      await keys.press("Tab");
      assertEquals(await page.evaluate("document.activeElement.matches(':focus-visible')"), true);
      if (await focused() === name) return;
    }
    throw new Error(`never reached ${name}`);
  };
  await keys.press("Tab");
  assertEquals(await focused(), "Skip to the board");
  await tabTo("entry");
  for (const goal of ["One", "Two", "Three"]) {
    await keys.type(goal);
    await keys.press("Enter");
  }
  await tabTo("Move One, 1 of 3");
  await keys.press("ArrowDown");
  await page.getByText("One: 2 of 3.").waitFor({ state: "attached" });
  assertEquals(await ava.goals(), ["Two", "One", "Three"]);
  assertEquals(await focused(), "Move One, 2 of 3", "the focus goes with it");
  await tabTo("Remove One");
  await keys.press("Enter");
  assertEquals(await ava.goals(), ["Two", "Three"]);
  await until(async () => await focused() === "Remove Three");
  await keys.press("Control+z");
  assertEquals(await ava.goals(), ["Two", "One", "Three"]);
  await until(async () => await focused() === "Remove One");
  await keys.press("Enter");
  await until(async () => await focused() === "Remove Three");
  await tabTo("Add Run a marathon");
  await keys.press("Enter");
  await until(async () => await focused() === "Add Learn Spanish");
  await page.getByText("Goal added, 3 of 12.").waitFor({ state: "attached" });
  await tabTo("theme");
  await keys.press("ArrowRight");
  await tabTo("Make my board");
  await keys.press("Enter");
  await page.getByRole("dialog").waitFor();
  await until(async () => await focused() === "email");
  await keys.type(ava.email);
  await tabTo("password");
  await keys.type(ava.password);
  await keys.press("Enter");
  await page.getByRole("heading", { name: "There it is." }).waitFor();
  assertEquals(await focused(), "There it is.", "the focus is on the news");
  await page.locator("button.board-card").focus();
  await keys.press("Enter");
  await page.getByRole("dialog").waitFor();
  await keys.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert(
    await page.evaluate("document.activeElement.matches('button.board-card')"),
    "back where it was",
  );
  await ava.button("Make another one").focus();
  await keys.press("Enter");
  await until(async () => await focused() === "entry");
  await page.locator("button.board-card").focus();
  await keys.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo("Delete");
  await keys.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await until(async () => await focused() === "Undo");
  await keys.press("Enter");
  await until(() => page.evaluate("document.activeElement.matches('button.board-card')"));
});
