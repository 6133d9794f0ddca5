import { assertEquals, assertMatch } from "@std/assert";
import { until } from "../../support/test_stack.ts";
import { answer, siteUrl, webTest } from "../support/web.ts";

webTest("the dialog suits the reason it was opened, and takes typing at once", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await ava.button("Sign in").click();
  await ava.reads("Welcome back");
  await page.keyboard.type("ava@example.com");
  assertEquals(await page.getByLabel("Email").inputValue(), "ava@example.com");
  await page.keyboard.press("Escape");
  await ava.write("Paint");
  await ava.make();
  await ava.reads("Whose board is it?");
});

webTest("a dialog closes only by a press outside it", async (visit) => {
  const { page, ...ava } = await visit();
  await ava.button("Sign in").click();
  const dialog = page.getByRole("dialog");
  const { x, y, width } = (await dialog.boundingBox())!;
  const isOpen = () => dialog.isVisible();
  await page.mouse.click(x + 6, y + 60);
  assertEquals(await isOpen(), true, "its own edge");
  await page.getByLabel("Email").fill("ava@example.com");
  const field = (await page.getByLabel("Email").boundingBox())!;
  await page.mouse.move(field.x + 60, field.y + 20);
  await page.mouse.down();
  await page.mouse.move(x - 40, field.y + 20, { steps: 4 });
  await page.mouse.up();
  assertEquals(await isOpen(), true, "a selection that ends outside");
  await page.mouse.click(x + width + 40, y + 60);
  await dialog.waitFor({ state: "hidden" });
});

webTest("a request waits for its email, and the address can be changed", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  const user = { id: crypto.randomUUID(), email: ava.email, identities: [] as unknown[] };
  await answer(page, "**/auth/v1/signup*", 200, user);
  await ava.write("Paint");
  await ava.make();
  await page.getByLabel("Email").fill(ava.email);
  await page.getByLabel("Password").fill(ava.password);
  await ava.button("Create account").click();
  await page.getByText("There is already an account with this address").waitFor();
  user.identities = [{ provider: "email" }];
  await ava.button("Create account").click();
  await ava.reads("Check your inbox");
  await ava.isAccessible("mailed");
  await ava.button("Use another address").click();
  await until(() => page.evaluate("document.activeElement.id === 'email'"));
  assertEquals(await page.getByLabel("Email").inputValue(), ava.email);
  await ava.button("Create account").click();
  await ava.reads("Check your inbox");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assertMatch(JSON.stringify(await ava.kept("request")), /Paint/);
});

webTest("a used link says so once, and what to do", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  await page.goto(`${siteUrl()}#error=access_denied&error_code=otp_expired&error_description=x`);
  await page.reload(); // the same page but for its hash: not loaded by itself
  await page.getByRole("dialog").getByText("That link has already been used").waitFor();
  await ava.reads("Welcome back");
  assertEquals(page.url(), siteUrl());
  await page.reload();
  await ava.reads("Your year, on one page.");
  assertEquals(await page.getByRole("dialog").count(), 0);
});

webTest("two tabs share the draft, the sign-in and the sign-out", async (visit) => {
  const ava = await visit();
  const { page } = ava;
  const other = await page.context().newPage();
  await other.goto(siteUrl());
  await ava.write("Paint");
  await other.getByLabel("Goal 1", { exact: true }).fill("Paint more");
  await until(async () => (await ava.goals())[0] === "Paint more");
  await other.getByRole("button", { name: "Make my board" }).click();
  await other.getByRole("dialog").waitFor();
  await page.bringToFront();
  await ava.button("Sign in").click();
  await ava.signUp();
  await other.bringToFront();
  await other.getByRole("heading", { name: "There it is." }).waitFor();
  assertEquals((await ava.rows()).map((row) => row.goals), [["Paint more"]]);
  await other.getByRole("button", { name: "Make another one" }).click();
  await other.locator("#entry").fill("A secret wish");
  await page.bringToFront();
  await ava.button("Your account").click();
  await ava.button("Sign out").click();
  await other.bringToFront();
  await other.getByRole("button", { name: "Sign in" }).waitFor();
  await until(async () => await other.locator("#entry").inputValue() === "");
});
