/** The built page on a real stack, in one browser; people are contexts of it. */
import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { buildWeb } from "../../../tools/commands/lib/vite.ts";
import { test, useStack } from "../../support/test_stack.ts";
import { launchChromium } from "./chromium.ts";
import { serveFolder, type Site } from "./site.ts";
import { Visitor } from "./visitor.ts";

export const stack = useStack();
let browser: Browser | undefined, site: Site | undefined, folder: string | undefined;

Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir({ prefix: "vision-board-web-" });
  [browser] = await Promise.all([launchChromium(), buildWeb(folder, stack().env)]);
  site = serveFolder(folder);
});
Deno.test.afterAll(async () => {
  await browser?.close();
  await site?.stop();
  if (folder) await Deno.remove(folder, { recursive: true });
});

export const siteUrl = () => site!.url;

/** A test of the page; everybody that it lets in leaves at its end, and nothing may have gone wrong unseen. */
export const webTest = (
  name: string,
  fn: (visit: (options?: BrowserContextOptions) => Promise<Visitor>) => Promise<void>,
) =>
  test(name, async () => {
    const visitors: Visitor[] = [];
    const visit = async (options: BrowserContextOptions = {}) => {
      const context = await browser!.newContext({
        reducedMotion: "reduce",
        viewport: { width: 920, height: 640 },
        locale: "en",
        ...options,
      });
      context.setDefaultTimeout(10_000);
      const page = await context.newPage();
      const wrong = watch(page);
      await page.goto(siteUrl());
      const visitor = new Visitor(page, stack(), wrong);
      visitors.push(visitor);
      return visitor;
    };
    try {
      await fn(visit);
      assertEquals(visitors.flatMap(({ wrong }) => wrong), []);
    } finally {
      for (const { page } of visitors) await page.context().close();
    }
  });

/** Answers a page's requests in place of the stack. `retryAfter` in seconds. */
export const answer = (page: Page, url: string, status: number, json: unknown, retryAfter = 0) =>
  page.route(url, (route) =>
    route.fulfill({
      status,
      json,
      headers: {
        "access-control-allow-origin": "*",
        "access-control-allow-headers": "*, authorization",
        "access-control-expose-headers": "retry-after",
        ...(retryAfter ? { "retry-after": String(retryAfter) } : {}),
      },
    }));

/** What a page must not do: throw, break its own policy, ask anybody but its host and its Supabase project. */
function watch(page: Page): string[] {
  const wrong: string[] = [];
  const own = [siteUrl(), stack().env.SUPABASE_URL].map((url) => new URL(url).host);
  page.on("pageerror", (error) => wrong.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy|TrustedHTML|Trusted Type/.test(message.text())) {
      wrong.push(message.text());
    }
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(http|ws)/.test(url.protocol) && !own.includes(url.host)) wrong.push(`asked ${url.host}`);
  });
  return wrong;
}
