/** process-job with photos: the real handler, rows and AI SDK, and a provider on loopback. */
import { assert, assertEquals } from "@std/assert";
import type { Board, BoardInput } from "../../supabase/functions/_board/mod.ts";
import { isLastAttempt } from "../../supabase/functions/_shared/qstash/publish.ts";
import { type Timing, timing } from "../../supabase/functions/_shared/timing.ts";
import { processJob } from "../../supabase/functions/process-job/handler.ts";
import { jpeg, KEY, misconfigured } from "../pictures/ask_source.ts";
import { startFakeServer } from "../support/fake_server.ts";
import { test, useStack } from "../support/test_stack.ts";

const made = () => Response.json({ data: [{ b64_json: jpeg().toBase64() }] });
const provider = startFakeServer(made);
Deno.test.afterAll(() => provider.stop());
const ai = {
  BOARD_PICTURES: "ai",
  IMAGE_MODEL: "openai:gpt-image-1",
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: `${provider.url}/v1`,
};
const stack = useStack({ functionsEnv: ai });
const goals = ["Learn to swim", "Sleep more"];
const refused = (status: number, headers = {}) => () =>
  Response.json({ error: { message: KEY, code: null } }, { status, headers });

/** One delivery of a new job, and what it drew; so many photos could not be read. */
async function deliver(
  headers: Record<string, string> = {},
  unreadable = 0,
  times: Partial<Timing> = {},
) {
  stack().know("the provider's key", KEY);
  const { id } = await stack().row({ goals });
  const boards: BoardInput[] = [];
  const handle = processJob({
    ...stack().deps(ai),
    timing: { ...timing, ...times },
    drawBoard(board) {
      boards.push(board);
      return Promise.resolve({ bytes: jpeg(), missing: 0, unreadable } as Board);
    },
  });
  provider.requests.length = 0;
  const response = await stack().deliverTo(handle, "process-job", { job_id: id }, headers);
  const drawn = boards.map(({ photos }) => photos?.map((photo) => photo !== null) ?? null);
  const row = (await stack().read(id))!;
  return { response, drawn, row, log: stack().log.filter((line) => line.job_id === id) };
}

test("the deployed function asks the provider and completes the board", async () => {
  provider.answer = () => undefined;
  provider.requests.length = 0;
  const { id } = await stack().row({ goals });
  const response = await stack().deliver("process-job", { job_id: id });
  assertEquals([response.status, (await stack().read(id))!.status], [200, "complete"]);
  assertEquals(provider.requests.map(({ path }) => path), [
    "/v1/images/generations",
    "/v1/images/generations",
  ]);
  // it begins as a JPEG, and no more: the real decoder finds nothing in it
  const line = stack().log.find((line) => line.job_id === id && line.event === "photos_not_drawn");
  assertEquals(line?.count, 2);
});

test("the board is drawn with a photo for each goal", async () => {
  provider.answer = () => undefined;
  const { response, drawn, row, log } = await deliver();
  assertEquals([response.status, drawn, row.status], [200, [[true, true]], "complete"]);
  const [line] = log.filter(({ event }) => event === "photos_found");
  assertEquals([line!.source, line!.found, line!.of, line!.attempt], ["ai", 2, 2, 1]);
});

test("an attempt that fails passes the provider's Retry-After on to QStash", async () => {
  provider.answer = refused(429, { "retry-after": "42" });
  const { response, drawn, row, log } = await deliver();
  assertEquals([response.status, response.headers.get("retry-after")], [500, "42"]);
  assertEquals([drawn, row.status, row.attempts, row.lease_token], [[], "pending", 1, null]);
  assert(
    log.some(({ event, error }) => event === "attempt_failed" && error === "RetryableError 429"),
  );
});

test("the last attempt of a dispatch draws the photos that it gets", async () => {
  provider.answer = async (request) =>
    (await request.text()).includes("Sleep") ? refused(429, { "retry-after": "42" })() : undefined;
  const { response, drawn, row } = await deliver({ "upstash-retried": "3" });
  assertEquals([response.status, drawn, row.status], [200, [[true, false]], "complete"]);
});

Deno.test("the last attempt is QStash's last retry, or the last that a job may have", () => {
  const cases: [attempt: number, retried: number, last: boolean][] = [
    [1, 0, false],
    [3, 2, false],
    [4, 3, true],
    [1, 3, true], // the others found the job busy, and did not start it
    [5, 0, false], // the second dispatch
    [11, 2, false],
    [12, 0, true],
  ];
  for (const [attempt, retried, last] of cases) {
    assertEquals([attempt, retried, isLastAttempt(attempt, retried)], [attempt, retried, last]);
  }
});

test("a provider that never answers costs the last attempt its photos but not its board", async () => {
  provider.answer = () => new Promise(() => {});
  for (const times of [{ picture: 0.2 }, { pictures: 0.2 }]) {
    const { response, drawn, row } = await deliver({ "upstash-retried": "3" }, 0, times);
    assertEquals([response.status, drawn, row.status], [200, [[false, false]], "complete"]);
  }
});

test("a wrong key fails the job for good, and the row names the variable", async () => {
  provider.answer = refused(401);
  const { response, row } = await deliver();
  assertEquals([response.status, row.status], [489, "failed"]);
  assertEquals(
    `${row.error_code}: ${row.error_message}`,
    misconfigured("OPENAI_API_KEY was refused"),
  );
});

test("photos that cannot be read are counted in the log, and the board completes", async () => {
  provider.answer = () => undefined;
  for (const unreadable of [0, 2]) {
    const { response, drawn, row, log } = await deliver({}, unreadable);
    assertEquals([response.status, drawn, row.status], [200, [[true, true]], "complete"]);
    const lines = log.filter(({ event }) => event === "photos_not_drawn");
    assertEquals(lines.map(({ count }) => count), unreadable ? [2] : []);
  }
});

test("when the attempt is over, its requests are aborted", async () => {
  provider.answer = () => new Promise(() => {});
  const { id } = await stack().row({ goals });
  const signals: (AbortSignal | null | undefined)[] = [];
  const handle = processJob({
    ...stack().deps(ai),
    timing: { ...timing, attempt: 0.5 },
    fetch(input, init) {
      if (String(input).startsWith(provider.url)) signals.push(init?.signal);
      return fetch(input, init);
    },
    drawBoard: () => Promise.reject(),
  });
  const response = await stack().deliverTo(handle, "process-job", { job_id: id });
  assertEquals([response.status, signals.map((signal) => signal?.aborted)], [500, [true, true]]);
});
