/** The fonts that are too large to deploy: process-job reads them from their bucket. */
import { assert, assertEquals } from "@std/assert";
import { processJob } from "../../supabase/functions/process-job/handler.ts";
import { withFonts } from "../../supabase/functions/process-job/fonts.ts";
import { drawBoard } from "../../supabase/functions/_board/mod.ts";
import { test, useStack } from "../support/rig.ts";

const rig = useStack();
const goals = ["学会游泳", "한국어를 유창하게 말하기"];

/** process-job in this process, an isolate that has read no font yet. */
const deliver = (jobId: string, headers: Record<string, string> = {}) =>
  rig().deliverTo(
    processJob(rig().world(), withFonts(drawBoard)),
    "process-job",
    { job_id: jobId },
    headers,
  );
const logged = (jobId: string, event: string) =>
  rig().log.find((entry) => entry.event === event && entry.job_id === jobId);

/** Storage without some of its fonts, and with them again afterwards. */
async function without(packs: string[], run: () => Promise<void>) {
  const bucket = rig().service.storage.from("board-fonts");
  const files = packs.map((pack) => `${pack}.woff2`);
  const kept = await Promise.all(files.map(async (file) => (await bucket.download(file)).data!));
  assertEquals((await bucket.remove(files)).error, null);
  try {
    await run();
  } finally {
    for (const [i, file] of files.entries()) {
      await bucket.upload(file, kept[i]!, { contentType: "font/woff2", upsert: true });
    }
  }
}

test("the local stack has the fonts in their bucket, for the service role alone", async () => {
  for (const pack of ["SC", "TC", "JP", "KR"]) {
    const file = `${pack}.woff2`;
    assert((await rig().service.storage.from("board-fonts").download(file)).data!.size > 500_000);
    assert((await rig().anon.storage.from("board-fonts").download(file)).error);
    const person = await rig().person();
    assert((await person.supabase.storage.from("board-fonts").download(file)).error);
  }
});

test("a board in Chinese and Korean is drawn with every letter", async () => {
  const { id } = await rig().row({ goals });
  assertEquals((await deliver(id)).status, 200);
  assertEquals(logged(id, "board_drawn")?.missing, 0);
});

test("a font that was never uploaded leaves its letters out, and the log says what to do", async () => {
  await without(["KR"], async () => {
    const { id } = await rig().row({ goals });
    assertEquals((await deliver(id)).status, 200);
    assertEquals(logged(id, "fonts_missing")?.packs, "KR");
    assertEquals(logged(id, "board_drawn")?.missing, 11);
    assertEquals((await rig().read(id))!.status, "complete");
  });
});

test("a font that is broken fails the attempt; the last one draws the board without it", async () => {
  await without(["KR"], async () => {
    const broken = new TextEncoder().encode("<html>");
    const bucket = rig().service.storage.from("board-fonts");
    const contentType = "font/woff2";
    const { error } = await bucket.upload("KR.woff2", broken, { contentType, upsert: true });
    assertEquals(error, null);
    const { id } = await rig().row({ goals });
    assertEquals((await deliver(id)).status, 500);
    assertEquals((await rig().read(id))!.status, "pending");
    assertEquals((await deliver(id, { "upstash-retried": "3" })).status, 200);
    assertEquals((await rig().read(id))!.status, "complete");
  });
});
