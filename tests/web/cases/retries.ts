import { assertEquals, assertNotEquals } from "@std/assert";
import type { Page, Route } from "playwright-core";
import { webTest } from "../support/web.ts";

const create = "**/functions/v1/create-job";
const keyOf = (route: Route): string => route.request().postDataJSON()?.idempotency_key;
const isPost = (route: Route) => route.request().method() === "POST";

/** Loses answers: the server gets the request if `arrives`, the page never hears of it. Returns the keys. */
async function loseAnswers(page: Page, arrives: boolean, times = Infinity): Promise<string[]> {
  const keys: string[] = [];
  await page.route(create, async (route) => {
    if (!isPost(route)) return await route.continue();
    keys.push(keyOf(route));
    if (keys.length > times) return await route.continue();
    if (arrives) await route.fetch();
    await route.abort("connectionreset");
  });
  return keys;
}

webTest("a double click with a lost answer makes one board", async (visit) => {
  const ava = await visit();
  await ava.signUpFromHeader();
  const keys = await loseAnswers(ava.page, true, 1);
  await ava.write("Only once");
  await ava.button("Make my board").dblclick();
  await ava.isDone();
  assertEquals(
    [keys.length, new Set(keys).size],
    [2, 1],
    "tried again by itself, with the same key",
  );
  assertEquals((await ava.rows()).length, 1);
});

webTest(
  "a key survives a reload until it is answered, and other goals get another",
  async (visit) => {
    const ava = await visit();
    await ava.signUpFromHeader();
    const keys = await loseAnswers(ava.page, true, 4);
    await ava.write("Only once");
    await ava.make();
    await ava.page.getByText("No answer").waitFor();
    await ava.isAccessible("no answer");
    assertEquals((await ava.rows()).length, 1, "it was made anyway");
    const [asked] = keys;
    await ava.entry().fill("Half a thou");
    await ava.page.reload(); // asks again by itself: one more answer is lost
    await ava.isDone();
    assertEquals([new Set(keys).size, (await ava.rows()).length], [1, 1]);
    assertEquals(await ava.kept("request"), null);
    assertEquals(await ava.kept("entry"), "Half a thou");

    keys.splice(0, 2);
    await ava.button("Make another one").click();
    await ava.write("Something else");
    await ava.make();
    await ava.isDone();
    assertNotEquals(keys.at(-1), asked);
  },
);

webTest("goals that change after a lost request make another board", async (visit) => {
  const ava = await visit();
  await ava.signUpFromHeader();
  const keys = await loseAnswers(ava.page, false, 3);
  await ava.write("First thought");
  await ava.make();
  await ava.page.getByText("No answer").waitFor();
  await ava.page.getByLabel("Goal 1", { exact: true }).fill("Second thought");
  await ava.make();
  await ava.isDone();
  assertEquals(new Set(keys).size, 2);
  assertNotEquals(keys[0], keys.at(-1));
  assertEquals((await ava.rows()).map((row) => row.goals), [["Second thought"]]);
});
