import { assert, assertEquals } from "@std/assert";
import { PermanentError, RetryableError } from "../../supabase/functions/_shared/errors.ts";
import { type Draw, processJob } from "../../supabase/functions/process-job/handler.ts";
import { type Forgery, sign } from "../support/requests.ts";
import { test, until, useStack } from "../support/test_stack.ts";

const stack = useStack();
const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const picture: Draw = () => Promise.resolve({ bytes: jpeg, contentType: "image/jpeg", missing: 0 });

/** process-job in this process, with another way of drawing. */
const processWith = (draw: Draw, jobId: string): Promise<Response> =>
  stack().deliverTo(processJob(stack().deps(), draw), "process-job", { job_id: jobId });
const claim = async (jobId: string, seconds = 60) => {
  const { data, error } = await stack().service.rpc("claim_vision_board_job", {
    p_job_id: jobId,
    p_lease_seconds: seconds,
  });
  assertEquals(error, null);
  return data![0]!;
};
const expireLease = (jobId: string) =>
  stack()
    .sql`update public.vision_board_jobs set lease_expires_at = now() - interval '1 second' where id = ${jobId}`;

test("200: it draws the board, stores it, completes the job and clears the lease", async () => {
  const { id } = await stack().row({ goals: ["Learn to swim", "Sleep more"], name: "Ava" });
  const response = await stack().deliver("process-job", { job_id: id });
  assertEquals([response.status, await response.json()], [200, { job_id: id, status: "complete" }]);
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.attempts, row.lease_token, row.error_code], [
    "complete",
    1,
    null,
    null,
  ]);
  assert(await stack().hasObject(row.image_storage_path!));
  assertEquals((await fetch(row.image_url!)).status, 200);
});

test("200: a job that ended, or is gone, is acknowledged and stays as it is", async () => {
  const { id } = await stack().row();
  await stack().deliver("process-job", { job_id: id });
  const before = await stack().read(id);
  const again = await stack().deliver("process-job", { job_id: id });
  assertEquals([again.status, (await again.json()).status], [200, "complete"]);
  assertEquals(await stack().read(id), before);

  const gone = await stack().deliver("process-job", { job_id: crypto.randomUUID() });
  assertEquals([gone.status, (await gone.json()).status], [200, "gone"]);
});

test("a delivery says which dispatch it belongs to, so that its number is not used again", async () => {
  const { id } = await stack().row({ dispatch_count: 1 });
  await stack().deliver("process-job", { job_id: id }, {}, { "vision-board-dispatch": "2" });
  assertEquals((await stack().read(id))!.dispatch_count, 2);
});

test("503: while another attempt holds a live lease, with the time that is left of it", async () => {
  const { id } = await stack().row();
  const held = await claim(id, 60);
  const response = await stack().deliver("process-job", { job_id: id });
  assertEquals(response.status, 503);
  const seconds = Number(response.headers.get("retry-after"));
  assert(seconds > 50 && seconds <= 60, `Retry-After: ${seconds}`);
  assertEquals((await stack().read(id))!.lease_token, held.lease_token);
});

test("500: an attempt that failed puts the job back, and says when to try again if it knows", async () => {
  const { id } = await stack().row();
  const failed = await processWith(() => Promise.reject(new Error("out of paint")), id);
  assertEquals([failed.status, failed.headers.get("retry-after")], [500, null]);
  assert(!(await failed.text()).includes("paint"));
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.attempts, row.lease_token, row.started_at], [
    "pending",
    1,
    null,
    null,
  ]);

  const later = await processWith(() => Promise.reject(new RetryableError(42)), id);
  assertEquals([later.status, later.headers.get("retry-after")], [500, "42"]);
  assertEquals((await processWith(picture, id)).status, 200);
  assertEquals((await stack().read(id))!.attempts, 3);
});

test("489: what never can succeed ends the job and tells QStash not to retry", async () => {
  const { id } = await stack().row();
  const failure = { code: "misconfigured", message: "The painter has no brush." };
  const response = await processWith(() => Promise.reject(new PermanentError(failure)), id);
  assertEquals([response.status, response.headers.get("upstash-nonretryable-error")], [
    489,
    "true",
  ]);
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.error_code, row.error_message], [
    "failed",
    failure.code,
    failure.message,
  ]);
});

test("a worker that was overtaken does not fail the job either", async () => {
  const { id } = await stack().row();
  const failure = { code: "misconfigured", message: "The painter has no brush." };
  const response = await processWith(async () => {
    await expireLease(id);
    await claim(id); // by somebody who is still at work
    throw new PermanentError(failure);
  }, id);
  assertEquals([response.status, response.headers.get("upstash-nonretryable-error")], [503, null]);
  assertEquals((await stack().read(id))!.status, "processing");
});

test("489: a message that names no job can never succeed", async () => {
  for (const body of ["", "{", "[]", '{"job_id":"7"}', '{"job_id":null}', "null"]) {
    const response = await stack().deliver("process-job", body);
    assertEquals([response.status, response.headers.get("upstash-nonretryable-error")], [
      489,
      "true",
    ]);
  }
});

test("401: nothing but QStash's own signature over this body and this URL gets in", async () => {
  const { id } = await stack().row();
  const url = stack().functionUrl("process-job");
  const now = Math.floor(Date.now() / 1000);
  const forgeries: Record<string, Forgery> = {
    "another key": { key: "sig_another" },
    "no key": { key: " " },
    "another function": { url: stack().functionUrl("fail-job") },
    "another project": { url: "https://other.supabase.co/functions/v1/process-job" },
    "a query behind the URL": { url: `${url}?` },
    "another body": { body: JSON.stringify({ job_id: crypto.randomUUID() }) },
    "the same body, written differently": { body: JSON.stringify({ job_id: id }, null, 1) },
    "another issuer": { issuer: "Downstash" },
    "expired": { expires: -60 },
    "not valid yet": { notBefore: 120 },
  };
  for (const [name, forgery] of Object.entries(forgeries)) {
    const response = await stack().deliver("process-job", { job_id: id }, forgery);
    assertEquals([name, response.status, (await response.json()).code], [
      name,
      401,
      "invalid_signature",
    ]);
  }
  const body = JSON.stringify({ job_id: id });
  const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll("=", "");
  const none = `${part({ alg: "none", typ: "JWT" })}.${
    part({ iss: "Upstash", sub: url, exp: now + 300 })
  }.`;
  const headers: Record<string, string>[] = [
    {},
    { "upstash-signature": "" },
    { "upstash-signature": "a.b.c" },
    { "upstash-signature": none },
    { "upstash-signature": await sign(url, body, "sig_another") },
    {
      authorization: `Bearer ${stack().env.SUPABASE_SECRET_KEY}`,
      apikey: stack().env.SUPABASE_SECRET_KEY,
    },
  ];
  for (const header of headers) {
    assertEquals((await stack().post("process-job", body, header)).status, 401);
  }
  const junk = [new Uint8Array([0xff, 0xfe]), new Uint8Array(3 * 1024 * 1024)];
  for (const bytes of junk) {
    const response = await stack().post("process-job", bytes, { "upstash-signature": "a.b.c" });
    assertEquals(response.status, 401);
  }
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.attempts], ["pending", 0]);
});

test("with QSTASH_DEV set, the public keys of Upstash's development server open nothing", async () => {
  const { id } = await stack().row();
  const world = stack().deps({
    QSTASH_CURRENT_SIGNING_KEY: "sig_of_this_project",
    QSTASH_NEXT_SIGNING_KEY: "sig_of_this_project_too",
  });
  Deno.env.set("QSTASH_DEV", "true"); // where the SDK would look
  try {
    // deliverTo signs with the public keys, which the local server uses
    const response = await stack().deliverTo(processJob(world, picture), "process-job", {
      job_id: id,
    });
    assertEquals(response.status, 401);
  } finally {
    Deno.env.delete("QSTASH_DEV");
  }
});

test("the next signing key is accepted too, so that keys can be rolled", async () => {
  const { id } = await stack().row();
  const key = stack().env.QSTASH_NEXT_SIGNING_KEY;
  assertEquals((await stack().deliver("process-job", { job_id: id }, { key })).status, 200);
});

test("of twenty simultaneous claims one wins, and the others are told to wait", async () => {
  const { id } = await stack().row();
  const claims = await Promise.all(Array.from({ length: 20 }, () => claim(id)));
  assertEquals(claims.filter((c) => c.outcome === "claimed").length, 1);
  assertEquals(claims.filter((c) => c.outcome === "busy").length, 19);
  assertEquals((await stack().read(id))!.attempts, 1);
});

test("a stale token completes, releases and fails nothing", async () => {
  const { id } = await stack().row();
  const stale = await claim(id);
  await expireLease(id);
  const live = await claim(id);
  const before = await stack().read(id);

  const token = { p_job_id: id, p_lease_token: stale.lease_token };
  const { service } = stack();
  const refused = await Promise.all([
    service.rpc("complete_vision_board_job", {
      ...token,
      p_image_storage_path: "x",
      p_image_url: "y",
    }),
    service.rpc("release_vision_board_job", token),
    service.rpc("fail_vision_board_job", { ...token, p_error_code: "x", p_error_message: "y" }),
  ]);
  assertEquals(refused.map((answer) => answer.data), ["stale", "stale", "stale"]);
  assertEquals(await stack().read(id), before);

  const { data } = await service.rpc("release_vision_board_job", {
    ...token,
    p_lease_token: live.lease_token,
  });
  assertEquals(data, "released");
});

test("a worker that was overtaken changes nothing, and takes its picture back", async () => {
  const { id } = await stack().row();
  const response = await processWith(async () => {
    await expireLease(id); // while it draws, another delivery completes the job
    assertEquals((await processWith(picture, id)).status, 200);
    return { bytes: jpeg, contentType: "image/jpeg", missing: 0 };
  }, id);
  assertEquals(response.status, 503);
  const row = (await stack().read(id))!;
  assertEquals([row.status, row.attempts], ["complete", 2]);
  const objects = await stack().sql`select name from storage.objects where name like ${`${id}/%`}`;
  assertEquals(objects.map((object) => object.name), [row.image_storage_path]);
});

test("one job delivered fifty times at once is drawn and completed once", async () => {
  const { id } = await stack().row();
  const responses = await Promise.all(
    Array.from({ length: 50 }, () => stack().deliver("process-job", { job_id: id })),
  );
  const statuses = new Set(responses.map((response) => response.status));
  assert(statuses.isSubsetOf(new Set([200, 503])), [...statuses].join());
  const row = await until(async () => {
    const found = await stack().read(id);
    return found?.status === "complete" && found;
  });
  assertEquals(row.attempts, 1);
  assertEquals(
    (await stack().sql`select from storage.objects where name like ${`${id}/%`}`).length,
    1,
  );
});

test("the link works until the row expires, and a row that never expires gets a link too", async () => {
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
