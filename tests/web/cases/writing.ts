import { assertEquals } from "@std/assert";
import { until } from "../../support/test_stack.ts";
import { stack, webTest } from "../support/web.ts";

const paste = (text: string) => `
  const data = new DataTransfer();
  data.setData("text/plain", ${JSON.stringify(text)});
  document.getElementById("entry").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));`;

webTest(
  "a pasted list is split, leaves the rest in the field, and survives a reload",
  async (visit) => {
    const ava = await visit();
    const { page } = ava;
    await page.evaluate(paste("Dreams\n• Run\n2) Swim\n- [x] Sleep\n\n"));
    assertEquals(await ava.goals(), ["Dreams", "Run", "Swim", "Sleep"]);
    await page.evaluate(
      paste(Array.from({ length: 10 }, (_, i) => `${i + 1}. Goal ${i}`).join("\n")),
    );
    await page.getByText("2 are still in the field.").waitFor();
    assertEquals(await page.locator(".count").textContent(), "12 of 12");
    assertEquals(await ava.entry().inputValue(), "Goal 8\nGoal 9");
    await page.getByRole("radio", { name: "Night" }).check();
    await page.reload();
    assertEquals((await ava.goals()).length, 12);
    assertEquals(await ava.entry().inputValue(), "Goal 8\nGoal 9");
    assertEquals(await page.getByRole("radio", { name: "Night" }).isChecked(), true);
  },
);

webTest("a goal that is too long, as the server counts, is marked and not cut", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await ava.entry().fill("🏔".repeat(170));
  await page.getByText("30 left").waitFor();
  await ava.write("🏔".repeat(203));
  await ava.make();
  await page.getByText("One goal is 3 characters too long.").waitFor();
  assertEquals(
    await page.evaluate("document.activeElement.getAttribute('aria-label')"),
    "Goal 1",
  );
  await ava.isAccessible("too long");
  await page.getByLabel("Goal 1", { exact: true }).fill("🏔".repeat(200));
  await ava.make();
  await ava.signUp();
  await ava.isDone();
  assertEquals((await ava.rows())[0]!.goals, ["🏔".repeat(200)]);
});

webTest("goals are dragged, moved, edited and removed, and a removal is undone", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await ava.write("One", "Two", "Three");
  const box = async (name: string) =>
    (await page.getByRole("button", { name: new RegExp(`^${name}`) }).boundingBox())!;
  const [from, to] = [await box("Move One"), await box("Move Three")];
  await page.mouse.move(from.x + 20, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, to.y + 24, { steps: 6 });
  await page.mouse.up();
  assertEquals(await ava.goals(), ["Two", "Three", "One"]);
  // without dragging, by two presses
  await page.getByRole("button", { name: /^Move One/ }).click();
  await page.getByRole("button", { name: /^Move One up/ }).click();
  assertEquals(await ava.goals(), ["Two", "One", "Three"]);
  await until(async () =>
    await page.evaluate("document.activeElement.ariaLabel") === "Move One up"
  );
  await page.getByLabel("Goal 2", { exact: true }).fill("One more");
  await ava.button("Remove Two").click();
  assertEquals(await ava.goals(), ["One more", "Three"]);
  await ava.write("Four");
  await page.getByLabel("Goal 2", { exact: true }).fill("Three more");
  await ava.button("Undo").click();
  assertEquals(await ava.goals(), ["Two", "One more", "Three more", "Four"], "and nothing else");
});

webTest("a goal is dragged up in browsers without moveBefore", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await page.evaluate("delete Element.prototype.moveBefore");
  await ava.write("One", "Two", "Three");
  await page.getByRole("button", { name: /^Move Three/ }).scrollIntoViewIfNeeded();
  const middle = async (name: string) => {
    const it = await page.getByRole("button", { name: new RegExp(`^Move ${name}`) })
      .boundingBox();
    return { x: it!.x + 22, y: it!.y + 22 };
  };
  const [from, to] = [await middle("Three"), await middle("One")];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y - 4, { steps: 8 });
  await page.mouse.up();
  assertEquals(await ava.goals(), ["Three", "One", "Two"]);
  await page.mouse.move(from.x, from.y);
  assertEquals(await page.locator(".is-dragged, .is-lifted").count(), 0);
});

webTest("clearing the list keeps the field, and its undo keeps newer goals", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await ava.write("One", "Two", "Three", "Four", "Five");
  await ava.entry().fill("Half a thou");
  await ava.button("Clear the list").click();
  assertEquals(await ava.entry().inputValue(), "Half a thou");
  await ava.entry().fill("Six");
  await ava.entry().press("Enter");
  await ava.button("Undo").click();
  assertEquals(await ava.goals(), ["One", "Two", "Three", "Four", "Five", "Six"]);
  await ava.button("Clear the list").click();
  await page.evaluate(paste(Array.from({ length: 12 }, (_, i) => `Goal ${i}`).join("\n")));
  await ava.button("Undo").click();
  assertEquals((await ava.goals()).length, 12);
  assertEquals(await ava.entry().inputValue(), "One\nTwo\nThree\nFour\nFive\nSix");
});

webTest("Enter in an input method adds no goal, and Arabic runs from the right", async (visit) => {
  const ava = await visit();
  await ava.entry().fill("أتعلم السباحة");
  await ava.entry().dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true });
  assertEquals(await ava.goals(), []);
  await ava.entry().press("Enter");
  const direction = "getComputedStyle(document.querySelector('.goals textarea')).direction";
  assertEquals(await ava.page.evaluate(direction), "rtl");
});

webTest("an empty board asks for a goal, and not to sign in", async (visit) => {
  const ava = await visit();
  await ava.make();
  await ava.page.getByText("Add at least one goal.").waitFor();
  assertEquals(await ava.page.getByRole("dialog").count(), 0);
  assertEquals((await stack().sql`select from auth.users where email = ${ava.email}`).length, 0);
});
