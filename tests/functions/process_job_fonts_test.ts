/** Font packs are too large to deploy: process-job reads them from their bucket. */
import { assert, assertEquals } from "@std/assert";
import { processJob } from "../../supabase/functions/process-job/handler.ts";
import { drawBoard } from "../../supabase/functions/_board/mod.ts";
import { test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const contentType = "application/octet-stream";
const goals = ["学会游泳", "한국어를 유창하게 말하기"];

/** process-job in an isolate that has read no font pack yet. */
const deliver = (jobId: string, headers: Record<string, string> = {}) =>
  stack().deliverTo(
    processJob({ ...stack().deps(), drawBoard }),
    "process-job",
    { job_id: jobId },
    headers,
  );
const logged = (jobId: string, event: string) =>
  stack().log.find((entry) => entry.event === event && entry.job_id === jobId);

/** Runs something while Storage lacks some font packs. */
async function without(packs: string[], run: () => Promise<void>) {
  const bucket = stack().service.storage.from("board-fonts");
  const files = packs.map((pack) => `${pack}.fonts`);
  const kept = await Promise.all(files.map(async (file) => (await bucket.download(file)).data!));
  assertEquals((await bucket.remove(files)).error, null);
  try {
    await run();
  } finally {
    for (const [i, file] of files.entries()) {
      await bucket.upload(file, kept[i]!, { contentType, upsert: true });
    }
  }
}

test("only the service role reads the font packs in their bucket", async () => {
  for (const pack of ["SC", "TC", "JP", "KR"]) {
    const file = `${pack}.fonts`;
    assert((await stack().service.storage.from("board-fonts").download(file)).data!.size > 500_000);
    assert((await stack().anon.storage.from("board-fonts").download(file)).error);
    const person = await stack().person();
    assert((await person.supabase.storage.from("board-fonts").download(file)).error);
  }
});

test("a board in Chinese and Korean is drawn with every letter", async () => {
  const { id } = await stack().row({ goals });
  assertEquals((await deliver(id)).status, 200);
  assertEquals(logged(id, "board_drawn")?.missing, 0);
});

test("a board leaves out the letters of a missing font pack, and the log says what to do", async () => {
  await without(["KR"], async () => {
    const { id } = await stack().row({ goals });
    assertEquals((await deliver(id)).status, 200);
    assertEquals(logged(id, "fonts_missing")?.packs, "KR");
    assertEquals(logged(id, "board_drawn")?.missing, 11);
    assertEquals((await stack().read(id))!.status, "complete");
  });
});

test("a broken font pack fails the attempt, and the last attempt draws without it", async () => {
  await without(["KR"], async () => {
    const broken = new TextEncoder().encode("<html>");
    const bucket = stack().service.storage.from("board-fonts");
    const { error } = await bucket.upload("KR.fonts", broken, { contentType, upsert: true });
    assertEquals(error, null);
    const { id } = await stack().row({ goals });
    assertEquals((await deliver(id)).status, 500);
    assertEquals((await stack().read(id))!.status, "pending");
    assertEquals((await deliver(id, { "upstash-retried": "3" })).status, 200);
    assertEquals((await stack().read(id))!.status, "complete");
  });
});
