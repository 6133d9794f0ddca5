/** Illustrations and font packs are too large to deploy: process-job reads them from their bucket. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { assetsFor, type BoardInput, drawBoard } from "../../supabase/functions/_board/mod.ts";
import { processJob } from "../../supabase/functions/process-job/handler.ts";
import { test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const bucket = () => stack().service.storage.from("board-assets");
const goals = ["学会游泳", "한국어를 유창하게 말하기"];
const [, korean, pictures] = (await assetsFor({ goals })).map(({ file }) => file) as [
  chinese: string,
  korean: string,
  pictures: string,
];

/** process-job in an isolate that has read no asset yet, and how many assets were drawn with. */
async function deliver(jobId: string, headers: Record<string, string> = {}) {
  const drawn: BoardInput[] = [];
  const { status } = await stack().deliverTo(
    processJob({
      ...stack().deps(),
      drawBoard(input) {
        drawn.push(input);
        return drawBoard(input);
      },
    }),
    "process-job",
    { job_id: jobId },
    headers,
  );
  return { status, assets: drawn[0]?.assets.size };
}
const logged = (jobId: string, event: string) =>
  stack().log.find((entry) => entry.event === event && entry.job_id === jobId);

/** Runs something while a file of the bucket is another, or gone. */
async function changed(file: string, bytes: Uint8Array | null, run: () => Promise<void>) {
  const contentType = "application/octet-stream";
  const kept = await (await bucket().download(file)).data!.arrayBuffer();
  const { error } = bytes
    ? await bucket().upload(file, bytes, { contentType, upsert: true })
    : await bucket().remove([file]);
  assertEquals(error, null);
  try {
    await run();
  } finally {
    assertEquals((await bucket().upload(file, kept, { contentType, upsert: true })).error, null);
  }
}

test("only the service role reads the assets in their bucket", async () => {
  const person = await stack().person();
  for (const file of [pictures, korean]) {
    assert((await bucket().download(file)).data!.size > 500_000);
    assert((await stack().anon.storage.from("board-assets").download(file)).error);
    assert((await person.supabase.storage.from("board-assets").download(file)).error);
  }
});

test("a board gets its illustrations and every letter", async () => {
  const { id } = await stack().row({ goals });
  assertEquals(await deliver(id), { status: 200, assets: 4 });
  assertEquals(logged(id, "board_drawn")?.missing, 0);
  assertEquals(logged(id, "assets_missing"), undefined);
});

for (
  const [what, bytes] of [
    ["is gone", null],
    ["has other bytes", new TextEncoder().encode("<html>")],
  ] as const
) {
  test(`a board is drawn without a font pack that ${what}, and the log says what to do`, async () => {
    await changed(korean, bytes, async () => {
      const { id } = await stack().row({ goals });
      assertEquals(await deliver(id), { status: 200, assets: 3 });
      assertEquals(logged(id, "assets_missing")?.files, korean);
      assertEquals(logged(id, "board_drawn")?.missing, 11);
      assertEquals((await stack().read(id))!.status, "complete");
    });
  });

  test(`a board is set in type alone where the file of illustrations ${what}`, async () => {
    await changed(pictures, bytes, async () => {
      const { id } = await stack().row({ goals });
      assertEquals(await deliver(id), { status: 200, assets: 2 });
      const entry = logged(id, "assets_missing")!;
      assertEquals(entry.files, pictures);
      assertStringIncludes(String(entry.help), "npm run deploy");
      assertEquals((await stack().read(id))!.status, "complete");
    });
  });
}

test("a Storage that does not answer fails the attempt, and the last attempt draws without", async () => {
  const { id } = await stack().row({ goals });
  const { fetch } = stack().deps();
  const deps = {
    ...stack().deps(),
    fetch:
      ((input: RequestInfo | URL, init?: RequestInit) =>
        String(input instanceof Request ? input.url : input).includes("/board-assets/")
          ? Promise.resolve(new Response("upstream timed out", { status: 504 }))
          : fetch(input, init)) as typeof globalThis.fetch,
    drawBoard,
  };
  const attempt = async (headers?: Record<string, string>) =>
    (await stack().deliverTo(processJob(deps), "process-job", { job_id: id }, headers)).status;
  assertEquals(await attempt(), 500);
  assertEquals((await stack().read(id))!.status, "pending");
  assertEquals(await attempt({ "upstash-retried": "3" }), 200);
  assertEquals((await stack().read(id))!.status, "complete");
});
