/** A person in front of the page: what they do with it, and what they see. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import type { Row, TestStack } from "../../support/test_stack.ts";

const axe = await Deno.readTextFile("node_modules/axe-core/axe.min.js");

export class Visitor {
  readonly email = `${crypto.randomUUID()}@example.com`;
  readonly password = "correct horse battery";

  constructor(readonly page: Page, private readonly stack: TestStack, readonly wrong: string[]) {
    stack.know("an address", this.email);
  }

  button = (name: string | RegExp) => this.page.getByRole("button", { name });
  entry = () => this.page.locator("#entry");
  goals = (): Promise<string[]> =>
    this.page.locator(".goals textarea").evaluateAll((all) => all.map((it) => it.value));

  /** Writes goals as people do. */
  async write(...goals: string[]): Promise<void> {
    for (const goal of goals) {
      await this.entry().fill(goal);
      await this.entry().press("Enter");
    }
  }

  make = () => this.button("Make my board").click();

  /** Fills in the dialog that asks who they are. */
  async signUp(): Promise<void> {
    await this.page.getByLabel("Email").fill(this.email);
    const isNew = this.button("I am new here");
    if (await isNew.isVisible()) await isNew.click();
    await this.page.getByLabel("Password").fill(this.password);
    await this.button("Create account").click();
    await this.page.getByRole("dialog").waitFor({ state: "hidden" });
  }

  async signUpFromHeader(): Promise<void> {
    await this.button("Sign in").click();
    await this.signUp();
    await this.page.getByText("None yet.").waitFor();
  }

  /** Waits for a headline. */
  reads = (text: string) => this.page.getByRole("heading", { name: text, exact: true }).waitFor();
  isDone = () => this.reads("There it is.");

  /** Their rows, as the database has them. */
  rows = (): Promise<Row[]> =>
    this.stack.sql<Row[]>`
      select * from public.vision_board_jobs where email = ${this.email} order by created_at`;

  /** What is kept on the device under a name. */
  kept = (name: string): Promise<unknown> =>
    this.page.evaluate(`JSON.parse(localStorage.getItem("vision-board.${name}"))`);

  /** Fails if axe finds anything about the page as it is now. */
  async isAccessible(state: string): Promise<void> {
    if (!await this.page.evaluate("typeof axe === 'object'")) await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate(
      `axe.run(document, { resultTypes: ["violations"] })`,
    ) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`)
    );
    assertEquals(found, [], `axe, ${state}`);
  }
}
