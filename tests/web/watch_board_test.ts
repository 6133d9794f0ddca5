/** How vision_boards.ts watches, without a server: what it does when, with and without Realtime. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/test_stack.ts";
import {
  type Board,
  type BoardError,
  type Client,
  watchBoard,
} from "../../web/src/vision_boards.ts";

/** A client whose answers and Realtime the test controls. */
function fake(statuses: (Board["status"] | "gone" | "trouble")[], answer: string | null) {
  const seen = { looks: 0, joined: 0, left: 0, changed: () => {} };
  const query = {
    select: () => query,
    eq: () => query,
    retry: () => query,
    abortSignal: () => query,
    maybeSingle: () => query,
    overrideTypes: () => {
      const status = statuses[Math.min(seen.looks++, statuses.length - 1)];
      if (status === "trouble") {
        return Promise.resolve({ data: null, error: { message: "" }, status: 0 });
      }
      return Promise.resolve({ data: status === "gone" ? null : { id: "1", status }, error: null });
    },
  };
  const channel = {
    on(_kind: string, _filter: unknown, changed: () => void) {
      seen.changed = changed;
      return channel;
    },
    subscribe(tell: (status: string) => void) {
      seen.joined++;
      if (answer) queueMicrotask(() => tell(answer));
      return channel;
    },
  };
  const removeChannel = () => void seen.left++;
  const client = { from: () => query, channel: () => channel, removeChannel };
  return { seen, client: client as unknown as Client };
}

/** Watches the board "1". @returns the statuses that were told, and what stops it */
function watchStatuses(client: Client) {
  const told: unknown[] = [];
  return { told, stop: watchBoard(client, "1", (board) => told.push(board?.status)) };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("without Realtime, it polls until the board ends, and tells each change once", async () => {
  const { seen, client } = fake(["pending", "pending", "processing", "complete"], "CHANNEL_ERROR");
  const { told } = watchStatuses(client);
  await until(() => told.length === 3);
  assertEquals(told, ["pending", "processing", "complete"]);
  assertEquals([seen.looks, seen.joined, seen.left], [4, 1, 1]);
  const { stop } = watchStatuses(client);
  assertEquals(seen.joined, 1, "a server without Realtime is asked once");
  stop();
});

Deno.test("with Realtime, it polls at first, because Realtime may not listen yet", async () => {
  const { seen, client } = fake(["pending", "pending", "complete"], "SUBSCRIBED");
  const { told } = watchStatuses(client);
  await until(() => told.length === 2, 2);
  assertEquals([told, seen.looks, seen.left], [["pending", "complete"], 3, 1]);
});

Deno.test("after a while of Realtime, it looks only when a change is announced", async () => {
  const { now } = Date;
  let ahead = 0;
  Date.now = () => now() + ahead;
  try {
    const { seen, client } = fake(["pending", "pending", "pending", "complete"], "SUBSCRIBED");
    const { told } = watchStatuses(client);
    await until(() => seen.looks === 2); // at first, and once it is subscribed
    ahead = 15_000;
    await until(() => seen.looks === 3);
    await wait(900);
    assertEquals(seen.looks, 3, "no polling meanwhile");
    seen.changed();
    await until(() => told.length === 2);
    assertEquals([told, seen.left], [["pending", "complete"], 1]);
  } finally {
    Date.now = now;
  }
});

Deno.test("errors of the caller's own callback surface, and the watch goes on", async () => {
  const surfaced: string[] = [];
  const catchIt = (event: ErrorEvent) => {
    event.preventDefault();
    surfaced.push(event.error.message);
  };
  globalThis.addEventListener("error", catchIt);
  try {
    const { client } = fake(["pending", "complete"], null);
    const told: unknown[] = [];
    const troubles: unknown[] = [];
    watchBoard(client, "1", (board) => {
      told.push(board?.status);
      if (board?.status === "pending") throw new Error("mine");
    }, (trouble) => troubles.push(trouble));
    await until(() => told.length === 2);
    assertEquals([told, troubles, surfaced], [["pending", "complete"], [], ["mine"]]);
  } finally {
    globalThis.removeEventListener("error", catchIt);
  }
});

Deno.test("failed looks are told and repeated, and a missing board ends the watch", async () => {
  const { client } = fake(["trouble", "pending", "gone"], null);
  const told: unknown[] = [];
  const troubles: (BoardError | null)[] = [];
  watchBoard(client, "1", (board) => told.push(board), (trouble) => troubles.push(trouble));
  await until(() => told.length === 2);
  assertEquals([troubles[0]!.code, troubles[1], told[1]], ["no_answer", null, null]);
});

Deno.test("a hidden tab rests, and looks as soon as it is visible", async () => {
  const page = Object.assign(new EventTarget(), { hidden: true });
  Object.assign(globalThis, { document: page });
  try {
    const { seen, client } = fake(["processing"], null);
    const { stop } = watchStatuses(client);
    await wait(600);
    assertEquals(seen.looks, 0);
    page.hidden = false;
    page.dispatchEvent(new Event("visibilitychange"));
    await wait(0);
    assertEquals(seen.looks, 1);
    stop();
    await wait(600);
    assert(seen.looks === 1, "and never again after it was stopped");
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
});
