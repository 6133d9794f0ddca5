/** process-job under hosted's limits: an isolate's CPU adds up, and its life ends. */
import { assert, assertEquals } from "@std/assert";
import { jpeg, KEY } from "../pictures/ask_source.ts";
import { startFakeServer } from "../support/fake_server.ts";
import { test, useStack } from "../support/test_stack.ts";

const provider = startFakeServer(() => Response.json({ data: [{ b64_json: jpeg().toBase64() }] }));
Deno.test.afterAll(() => provider.stop());
const stack = useStack({
  // hosted's CPU; its 150 s of life are 10 here, so that a test sees the end of one
  isolates: { softCpuMs: 1_000, hardCpuMs: 2_000, wallMs: 10_000 },
  functionsEnv: {
    MAX_ACTIVE_JOBS: "20",
    BOARD_PICTURES: "ai",
    IMAGE_MODEL: "openai:gpt-image-1",
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: `${provider.url}/v1`,
  },
});
const goals = [..."abcdefgh"].map((letter) => `Learn ${letter}`);
const logged = (id: string, event: string) =>
  stack().log.filter((entry) => entry.job_id === id && entry.event === event).length;

test("of 20 boards at once none is lost, and none waits for a lease", async () => {
  stack().know("the provider's key", KEY);
  const ava = await stack().person();
  const jobs = await Promise.all(Array.from({ length: 20 }, async () => {
    const response = await ava.create({ goals });
    assertEquals(response.status, 202);
    return (await response.json()).id as string;
  }));
  for (const id of jobs) {
    const row = await stack().ended(id, 60);
    assertEquals([row.status, logged(id, "job_busy")], ["complete", 0]);
  }
  assert(stack().raw.some((line) => line.startsWith("limit reached")), "no isolate was retired");
});

test("an isolate that ends gives its lease back: its board costs a retry and not the lease", async () => {
  const ava = await stack().person();
  const before = provider.requests.length;
  provider.answer = () =>
    provider.requests.length <= before + 1 ? new Promise(() => {}) : undefined;
  const { id } = await (await ava.create({ goals: ["Learn to swim"] })).json();
  const row = await stack().ended(id, 30);
  assertEquals([row.status, row.attempts, logged(id, "job_busy")], ["complete", 2, 0]);
});
