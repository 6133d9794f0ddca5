/**
 * Asking for a board: at once, or as soon as the person is signed in and the network is back. A request
 * keeps its idempotency key until it is answered, over reloads too, so that asking twice makes one board.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { supabase } from "../supabase.ts";
import { BoardError, type BoardRequest, createBoard } from "../vision_boards.ts";
import { putBoard } from "./my_boards.ts";
import { showBoard, showsBoard } from "./current_board.ts";
import { signInOpen } from "./dialogs.ts";
import { addEntry, draftError, request, requestText } from "./draft.ts";
import { dismissMessage } from "./messages.ts";
import { persisted } from "./persisted.ts";
import { accessToken, linkError, session, userId } from "./session.ts";
import { backOnline, type Notice, noticeFor } from "./phrases.ts";

interface PendingRequest {
  /** The idempotency key. */
  key: string;
  request: BoardRequest;
  /** When the person last asked, in milliseconds. */
  at: number;
}

/** Seconds before each further try of a request that was not answered. */
const RETRY_AFTER = [0.4, 1.2];
/** A page that is opened later than this does not send by itself: whoever asked has gone. */
const FRESH_MS = 30 * 60_000;
const pageOpenedAt = Date.now();

const pending = persisted<PendingRequest | null>("request", null);
/** The request that is not answered yet, unless it is too old. */
export const unanswered = computed(() =>
  pending.value && pageOpenedAt - pending.value.at < FRESH_MS ? pending.value : null
);
/** The same, if the draft has not changed since: it is sent by itself. */
export const waiting = computed(() =>
  JSON.stringify(unanswered.value?.request) === requestText.value ? unanswered.value : null
);

export const sending = signal(false);
/** What went wrong with the last try. */
export const notice = signal<Notice | null>(null);

/**
 * Makes a board of the draft; asks to sign in first where that is needed.
 * @returns the id of the field that needs a change, or null
 */
export function makeBoard(): string | null {
  if (!sending.peek()) addEntry();
  return makeBoardOfList();
}

/** The same for the list alone: what is half typed in the field stays there. */
export function makeBoardOfList(): string | null {
  if (sending.peek()) return null;
  const wrong = draftError.peek();
  if (wrong) {
    notice.value = { title: "Almost there", text: wrong.text, action: "goals" };
    return wrong.field;
  }
  const before = pending.peek();
  const isSame = JSON.stringify(before?.request) === requestText.peek();
  const key = isSame ? before!.key : crypto.randomUUID();
  pending.value = { key, request: request.peek(), at: Date.now() };
  if (session.peek()) sendWaiting();
  else signInOpen.value = true;
  return null;
}

/** Nobody waits for the answer any more, or it is here. */
export const forgetRequest = () => pending.value = null;

/** Closes the sign-in dialog. `mailed`: the request waits for the link in the mail. */
export function closeSignIn(mailed: boolean): void {
  signInOpen.value = false;
  linkError.value = null;
  if (!mailed) forgetRequest();
}

function sendWaiting(): void {
  if (session.peek() && waiting.peek() && !showsBoard.peek() && !sending.peek()) {
    void send(waiting.peek()!);
  }
}

/** Asks for a board and shows it being made, or explains what went wrong. */
async function send({ request, key }: PendingRequest): Promise<void> {
  sending.value = true;
  notice.value = null;
  try {
    const job = await createWithRetries(request, key);
    batch(() => {
      forgetRequest();
      putBoard({
        ...job,
        status: "pending",
        goals: request.goals,
        name: request.name || null,
        rank_tag: request.rank_tag || null,
        theme: request.theme ?? "light",
        image_url: null,
        image_storage_path: null,
        error_code: null,
        error_message: null,
        finished_at: null,
      });
      showBoard(job.id);
    });
  } catch (error) {
    notice.value = noticeFor(error);
    if (notice.value.action === "sign-in") signInOpen.value = true; // sent again after signing in
    else if (error instanceof BoardError && !error.isUncertain) forgetRequest();
  } finally {
    sending.value = false;
  }
}

/** Tries again with the same key where no answer came. @throws {BoardError} the last one */
async function createWithRetries(request: BoardRequest, key: string, tries = 0) {
  try {
    return await createBoard(supabase, request, key);
  } catch (error) {
    const seconds = RETRY_AFTER[tries];
    const isLost = error instanceof BoardError && error.isUncertain && !error.retryAfter;
    if (!isLost || seconds === undefined || !navigator.onLine) throw error;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return await createWithRetries(request, key, tries + 1);
  }
}

// A notice is about the request: once that changes, it is not true any more.
requestText.subscribe(() => notice.value = null);

// Signed in, here or in another tab, or after a reload. A new token rather than an event: the library
// reports the same session each time the tab becomes visible.
effect(() => {
  if (!accessToken.value) return;
  queueMicrotask(() => {
    signInOpen.value = false;
    sendWaiting();
  });
});

addEventListener("online", () => {
  if (unanswered.peek() && !waiting.peek() && !showsBoard.peek()) notice.value = backOnline;
  sendWaiting();
});

// Messages to the person who left are not for the one who came.
userId.subscribe((id) => {
  if (id) dismissMessage();
});

// A broken link matters only to somebody who is not signed in.
effect(() => {
  if (session.value) linkError.value = null;
  else if (session.value === null && linkError.value) signInOpen.value = true;
});
