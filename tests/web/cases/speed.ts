import { assert } from "@std/assert";
import { webTest } from "../support/web.ts";

/** First contentful paint in milliseconds, and the sum of all layout shifts that nobody asked for. */
const measure = `new Promise((resolve) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  document.fonts.ready.then(() => requestAnimationFrame(() => setTimeout(() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    resolve({ paint: paint.startTime, shift });
  }, 100)));
})`;

webTest("the page paints within a second and does not jump", async (visit) => {
  const runs: { paint: number; shift: number }[] = [];
  for (const viewport of [{ width: 1360, height: 900 }, { width: 390, height: 844 }]) {
    // a context each: nothing is in the cache
    const { page } = await visit({ viewport });
    runs.push(await page.evaluate(measure) as typeof runs[number]);
  }
  // the better of two: the machine may be busy with other tests
  assert(Math.min(...runs.map(({ paint }) => paint)) < 1_000, JSON.stringify(runs));
  assert(Math.max(...runs.map(({ shift }) => shift)) <= 0.02, JSON.stringify(runs));
});
