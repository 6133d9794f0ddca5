import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import type { Board, BoardInput, drawBoard } from "../../supabase/functions/_board/mod.ts";
import { PermanentError, RetryableError } from "../../supabase/functions/_shared/errors.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";
import { processJob } from "../../supabase/functions/process-job/handler.ts";
import { storageAnswer } from "../support/storage_answer.ts";
import { test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const board = { bytes: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), missing: 0 } as Board;

/** process-job in this process, with another way of drawing. */
const processWith = (draw: typeof drawBoard, jobId: string): Promise<Response> =>
  stack().deliverTo(processJob({ ...stack().deps(), drawBoard: draw }), "process-job", {
    job_id: jobId,
  });
const noRetry = (response: Response) => response.headers.get("upstash-nonretryable-error");
const objectsOf = async (jobId: string): Promise<string[]> => {
  const objects = await stack().sql`
    select name from storage.objects where name like ${`${jobId}/%`}`;
  return objects.map(({ name }) => name);
};

test("200: the board is drawn and stored, and the job is complete without a lease", async () => {
  const { id } = await stack().row({ goals: ["Learn to swim", "Sleep more"], name: "Ava" });
  const response = await stack().deliver("process-job", { job_id: id });
  assertEquals([response.status, await response.json()], [200, { job_id: id, status: "complete" }]);
  const row = (await stack().read(id))!;
  assertObjectMatch(row, { status: "complete", attempts: 1, lease_token: null, error_code: null });
  assert(await stack().hasObject(row.image_storage_path!));
  assertEquals((await fetch(row.image_url!)).status, 200);
});

test("a goal that draws as nothing gets no tile, and such a name no title", async () => {
  const drawn: BoardInput[] = [];
  const draw = (input: BoardInput) => (drawn.push(input), Promise.resolve(board));
  const goals = ["\u3164", "Learn to swim", "\u200b\u2060"];
  const { id } = await stack().row({ goals, name: "\u2800", rank_tag: "\u00ad" });
  assertEquals((await processWith(draw, id)).status, 200);
  assertObjectMatch(drawn[0]!, { goals: ["Learn to swim"], name: null, rank_tag: null });

  const empty = await stack().row({ goals: ["\u3164"] });
  const response = await processWith(draw, empty.id);
  assertEquals([response.status, noRetry(response)], [489, "true"]);
  assertObjectMatch((await stack().read(empty.id))!, {
    ...{ status: "failed", error_code: "validation_failed" },
    error_message: "A goal cannot be empty.",
  });
});

test("200: a job that has ended, or is gone, is acknowledged and stays as it is", async () => {
  const { id } = await stack().row();
  await stack().deliver("process-job", { job_id: id });
  const before = await stack().read(id);
  const again = await stack().deliver("process-job", { job_id: id });
  assertEquals([again.status, (await again.json()).status], [200, "complete"]);
  assertEquals(await stack().read(id), before);

  const gone = await stack().deliver("process-job", { job_id: crypto.randomUUID() });
  assertEquals([gone.status, (await gone.json()).status], [200, "gone"]);
});

test("a delivery records which dispatch it belongs to", async () => {
  const { id } = await stack().row({ dispatch_count: 1 });
  await stack().deliver("process-job", { job_id: id }, { "vision-board-dispatch": "2" });
  assertEquals((await stack().read(id))!.dispatch_count, 2);
});

test("503: another attempt holds a live lease, and Retry-After says for how long", async () => {
  const { id } = await stack().row();
  const held = await stack().claim(id);
  const response = await stack().deliver("process-job", { job_id: id });
  assertEquals(response.status, 503);
  const seconds = Number(response.headers.get("retry-after"));
  assert(seconds > 50 && seconds <= 60, `Retry-After: ${seconds}`);
  assertEquals((await stack().read(id))!.lease_token, held.lease_token);
});

test("500: an attempt that fails releases the job, with Retry-After if the error has it", async () => {
  const { id } = await stack().row();
  const failed = await processWith(() => Promise.reject(new Error("out of paint")), id);
  assertEquals([failed.status, failed.headers.get("retry-after")], [500, null]);
  assert(!(await failed.text()).includes("paint"));
  const row = (await stack().read(id))!;
  assertObjectMatch(row, { status: "pending", attempts: 1, lease_token: null, started_at: null });

  const later = await processWith(() => Promise.reject(new RetryableError(42)), id);
  assertEquals([later.status, later.headers.get("retry-after")], [500, "42"]);
  assertEquals((await processWith(() => Promise.resolve(board), id)).status, 200);
  assertEquals((await stack().read(id))!.attempts, 3);
});

test("489: an error that is permanent fails the job and stops QStash's retries", async () => {
  const { id } = await stack().row();
  const error = new PermanentError("misconfigured", "The painter has no brush.");
  const response = await processWith(() => Promise.reject(error), id);
  assertEquals([response.status, noRetry(response)], [489, "true"]);
  const row = (await stack().read(id))!;
  const { code: error_code, message: error_message } = error;
  assertObjectMatch(row, { status: "failed", error_code, error_message });
});

/** One delivery of a new job; what it asks of Storage under this path gets this answer. */
async function processWithStorage(path: string, answer: () => Response | Promise<Response>) {
  const { id } = await stack().row();
  const handle = processJob({
    ...stack().deps(),
    timing: { ...timing, call: 1 },
    fetch: (input, init) =>
      String(input).includes(`/storage/v1/object/${path}`)
        ? Promise.resolve(answer())
        : fetch(input, init),
    drawBoard: () => Promise.resolve(board),
  });
  const response = await stack().deliverTo(handle, "process-job", { job_id: id });
  const lines = stack().log.filter(({ job_id }) => job_id === id);
  return { response, row: (await stack().read(id))!, lines };
}

test("489: what only an operator can mend in Storage fails the job at once, and names it", async () => {
  const missing = "the bucket vision-boards does not exist";
  const size = "the bucket vision-boards takes no file of this size (file_size_limit)";
  const types = "the bucket vision-boards takes no JPEG (allowed_mime_types)";
  const key = "SUPABASE_SECRET_KEYS was refused by Storage";
  const cases: [Response, code: string, problem: string][] = [
    [storageAnswer("404", "NoSuchBucket"), "NoSuchBucket", missing],
    [storageAnswer("400", "InvalidBucketName"), "InvalidBucketName", missing],
    [storageAnswer("413", "EntityTooLarge"), "EntityTooLarge", size],
    [storageAnswer("413"), "EntityTooLarge", size],
    [new Response("<h1>Too large", { status: 413 }), "EntityTooLarge", size],
    [storageAnswer("415", "InvalidMimeType"), "InvalidMimeType", types],
    [storageAnswer("415"), "InvalidMimeType", types],
    [storageAnswer("400", "InvalidJWT"), "InvalidJWT", key],
    [storageAnswer("403", "AccessDenied"), "AccessDenied", key],
    [storageAnswer("403"), "AccessDenied", key],
    [storageAnswer("403", "SignatureDoesNotMatch"), "SignatureDoesNotMatch", key],
    [Response.json({ message: "Unregistered API key" }, { status: 401 }), "AccessDenied", key],
    [
      storageAnswer("400", "TenantNotFound"),
      "TenantNotFound",
      "SUPABASE_URL is of a project without Storage",
    ],
  ];
  for (const path of ["vision-boards/", "sign/"]) {
    for (const [answer, code, problem] of cases) {
      const { response, row, lines } = await processWithStorage(path, () => answer.clone());
      assertEquals([path, code, response.status, noRetry(response)], [path, code, 489, "true"]);
      assertEquals([row.status, row.error_code], ["failed", "misconfigured"]);
      assert(row.error_message!.includes(`misconfigured: ${problem}. Please tell`));
      assert(lines.some((line) => line.event === "misconfigured" && line.problem === problem));
      const failed = lines.find(({ event }) => event === "attempt_failed");
      assertEquals(failed?.error, `StorageError ${code}`);
    }
  }
});

test("500: Storage that is overloaded or out of reach is asked again, and the log has its code", async () => {
  const cases: [() => Response | Promise<Response>, error: string][] = [
    [() => storageAnswer("429", "SlowDown", 429), "StorageError SlowDown"],
    [() => storageAnswer("503", "DatabaseReadOnly"), "StorageError DatabaseReadOnly"],
    [() => storageAnswer("423", "ResourceLocked"), "StorageError ResourceLocked"],
    [() => storageAnswer("544", "DatabaseTimeout", 544), "StorageError DatabaseTimeout"],
    [() => storageAnswer("503", "LockTimeout"), "StorageError LockTimeout"],
    [() => storageAnswer("500", "InternalError", 500), "StorageError InternalError"],
    [() => storageAnswer("404", "NoSuchKey"), "StorageError NoSuchKey"],
    [() => storageAnswer("503"), "StorageError 503"],
    [() => new Response("<h1>Bad gateway", { status: 502 }), "StorageError 502"],
    [() => Promise.reject(new TypeError("connection reset")), "StorageError"],
  ];
  for (const path of ["vision-boards/", "sign/"]) {
    for (const [answer, error] of cases) {
      const { response, row, lines } = await processWithStorage(path, answer);
      assertEquals([path, error, response.status, row.status], [path, error, 500, "pending"]);
      const failed = lines.find(({ event }) => event === "attempt_failed");
      assertEquals([failed?.permanent, failed?.error], [false, error]);
    }
  }
});

test("489: a bucket that takes no board of this size, or no JPEG, fails the job at once", async () => {
  const change = async (values: { file_size_limit?: number; allowed_mime_types?: string[] }) =>
    void await stack().sql`update storage.buckets set ${
      stack().sql(values)
    } where id = 'vision-boards'`;
  const [before] = await stack().sql`
    select file_size_limit, allowed_mime_types from storage.buckets where id = 'vision-boards'`;
  for (const values of [{ file_size_limit: 1 }, { allowed_mime_types: ["image/png"] }]) {
    await change(values);
    const { id } = await stack().row();
    const response = await processWith(() => Promise.resolve(board), id);
    await change(before as typeof values);
    const { error_code, error_message } = (await stack().read(id))!;
    assertEquals([response.status, error_code], [489, "misconfigured"], JSON.stringify(values));
    assert(error_message!.includes(Object.keys(values)[0]!));
  }
});

test("503: a worker that was overtaken does not fail the job", async () => {
  const { id } = await stack().row();
  const response = await processWith(async () => {
    await stack().expireLease(id);
    await stack().claim(id); // by somebody who is still at work
    throw new PermanentError("misconfigured", "The painter has no brush.");
  }, id);
  assertEquals([response.status, noRetry(response)], [503, null]);
  assertEquals((await stack().read(id))!.status, "processing");
});

test("489: a message that names no job is not retried", async () => {
  for (const body of ["", "{", "[]", '{"job_id":"7"}', '{"job_id":null}', "null"]) {
    const response = await stack().deliver("process-job", body);
    assertEquals([response.status, noRetry(response)], [489, "true"]);
  }
});

test("503: a worker that was overtaken changes nothing and removes its board", async () => {
  const { id } = await stack().row();
  const response = await processWith(async () => {
    await stack().expireLease(id); // while it draws, another delivery completes the job
    assertEquals((await processWith(() => Promise.resolve(board), id)).status, 200);
    return board;
  }, id);
  assertEquals(response.status, 503);
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.attempts], ["complete", 2]);
  assertEquals(await objectsOf(id), [row.image_storage_path]);
});

test("a board whose job is deleted while it is drawn leaves no object", async () => {
  const { id } = await stack().row();
  const response = await processWith(async () => {
    await stack().sql`delete from public.vision_board_jobs where id = ${id}`;
    return board;
  }, id);
  assertEquals([response.status, await objectsOf(id)], [503, []]);
});

test("a link works until its row expires, or for 30 days if the row never does", async () => {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const seconds = async (id: string) => {
    assertEquals((await stack().deliver("process-job", { job_id: id })).status, 200);
    const token = new URL((await stack().read(id))!.image_url!).searchParams.get("token")!;
    return JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))).exp -
      Date.now() / 1000;
  };
  const hour = await seconds((await stack().row({ expires_at })).id);
  assert(hour > 3_500 && hour <= 3_601, `${hour}`);
  for (const never of [null, "infinity"]) {
    const month = await seconds((await stack().row({ expires_at: never })).id);
    assert(Math.abs(month - 30 * 86_400) < 60, `${month}`);
  }
});
