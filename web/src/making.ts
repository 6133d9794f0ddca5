/** From goals to a board: asking for it, and which board the page shows being made. */
import { batch, computed, effect, signal } from "@preact/signals";
import { isOpen, keyFor, settle } from "./attempt.ts";
import { boards, put, watch } from "./boards.ts";
import { addEntry, problem, request, startAnew } from "./draft.ts";
import { kept } from "./kept.ts";
import { linkTrouble } from "./link.ts";
import { session, token, userId } from "./session.ts";
import { supabase } from "./supabase.ts";
import { BoardError, type BoardRequest, createBoard, isRunning } from "./vision_boards.ts";
import { type Help, helpFor } from "./words.ts";

/** The request is on its way. */
export const sending = signal(false);
/** What went wrong with the last try. */
export const help = signal<Help | null>(null);
/** Somebody wants a board and has to sign in first. */
export const asksToSignIn = signal(false);
/** The board on the stage, by id; kept, so that a reload in the middle shows it again. */
const shown = kept<string | null>("shown", null, "sessionStorage");
export const stage = computed(() => boards.value.find(({ id }) => id === shown.value) ?? null);
/** Whether the stage is open, be it that its board is still to be read. */
export const staged = computed(() => shown.value !== null);

/** Seconds before each further try of a request that was not answered. */
const AGAIN = [0.4, 1.2];

/**
 * Makes a board of the draft; asks to sign in first where that is needed. Asked twice, it makes one.
 * @returns the field that needs a change, or null
 */
export function make(): string | null {
  addEntry();
  if (sending.peek()) return null;
  help.value = null;
  const wrong = problem.peek();
  if (wrong) {
    help.value = { title: "Almost", text: wrong.words, action: "goals" };
    return wrong.field;
  }
  keyFor(request.peek());
  if (session.peek()) void send(request.peek());
  else asksToSignIn.value = true;
  return null;
}

async function send(wanted: BoardRequest): Promise<void> {
  sending.value = true;
  try {
    const job = await create(wanted);
    batch(() => {
      settle();
      put({
        ...job,
        status: "pending",
        goals: wanted.goals,
        name: wanted.name || null,
        rank_tag: wanted.rank_tag || null,
        theme: wanted.theme ?? "light",
        image_url: null,
        image_storage_path: null,
        error_code: null,
        error_message: null,
        finished_at: null,
      });
      shown.value = job.id;
    });
  } catch (error) {
    help.value = helpFor(error);
    if (help.value.action === "sign-in") asksToSignIn.value = true; // and then goes on
    else if (error instanceof BoardError && !error.isUncertain) settle();
  } finally {
    sending.value = false;
  }
}

/** Tries again with the same key where no answer came. @throws {BoardError} the last one */
async function create(
  wanted: BoardRequest,
  tries = 0,
): ReturnType<typeof createBoard> {
  try {
    return await createBoard(supabase, wanted, keyFor(wanted));
  } catch (error) {
    const pause = AGAIN[tries];
    const lost = error instanceof BoardError && error.isUncertain &&
      !error.retryAfter;
    if (!lost || pause === undefined || !navigator.onLine) throw error;
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    return await create(wanted, tries + 1);
  }
}

/** The dialog was closed without signing in. `waits`: for a link by mail, and then it goes on. */
export function leaveSignIn(waits: boolean): void {
  asksToSignIn.value = false;
  linkTrouble.value = null;
  if (!waits) settle();
}

/** Back to writing: with the goals of a board that failed, or with none. */
export function writeAgain(texts?: string[]): void {
  shown.value = null;
  help.value = null;
  startAnew(texts);
}

/** Leaves the stage if it shows this board. */
export const leaveStage = (id: string) => shown.value === id && (shown.value = null);

/** Shows a board on the stage. */
export const show = (id: string) => shown.value = id;

// The board is here: its goals need not be kept for it any more, nor need a reload show it again.
effect(() => {
  if (stage.value?.status !== "complete") return;
  const same = JSON.stringify(stage.value.goals) === JSON.stringify(request.peek().goals);
  if (same) startAnew();
});

// A reload in the middle: the board on the stage may be on no page that is loaded.
effect(() => {
  if (userId.value && shown.peek() && !stage.peek()) {
    watch(shown.peek()!, () => shown.value = null);
  }
  if (session.value === null) shown.value = null;
});

// What was asked for and not answered is asked again: after a reload, a magic link, or being offline.
const goOn = () => void (session.peek() && !stage.peek() && isOpen(request.peek()) && make());
// Another token, not another event: the library tells of the same session each time that the tab is seen.
effect(() => {
  if (!token.value) return;
  queueMicrotask(() => {
    asksToSignIn.value = false;
    goOn();
  });
});
addEventListener("online", goOn);
addEventListener(
  "pagehide",
  () => stage.peek() && !isRunning(stage.peek()!) && (shown.value = null),
);

// Whoever is signed in all the same needs no other link.
effect(() => {
  if (session.value) linkTrouble.value = null;
  else if (session.value === null && linkTrouble.value) asksToSignIn.value = true;
});
