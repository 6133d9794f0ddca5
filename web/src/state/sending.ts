/** The request for a board on its way, and what comes of it. */
import { batch, signal } from "@preact/signals";
import { type Attempt, settle } from "./attempt.ts";
import { put } from "./boards.ts";
import { show } from "./stage.ts";
import { supabase } from "../supabase.ts";
import { BoardError, createBoard } from "../vision_boards.ts";
import { type Help, helpFor } from "./words.ts";

export const sending = signal(false);
/** What went wrong with the last try. */
export const help = signal<Help | null>(null);
/** Somebody wants a board and has to sign in first. */
export const asksToSignIn = signal(false);

/** Seconds before each further try of a request that was not answered. */
const AGAIN = [0.4, 1.2];

/** Asks for a board and shows it being made; or says what helps, and keeps an attempt that may go on. */
export async function send(attempt: Attempt): Promise<void> {
  const { request } = attempt;
  sending.value = true;
  help.value = null;
  try {
    const job = await create(attempt);
    batch(() => {
      settle();
      put({
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
      show(job.id);
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
async function create(attempt: Attempt, tries = 0): ReturnType<typeof createBoard> {
  try {
    return await createBoard(supabase, attempt.request, attempt.key);
  } catch (error) {
    const pause = AGAIN[tries];
    const lost = error instanceof BoardError && error.isUncertain &&
      !error.retryAfter;
    if (!lost || pause === undefined || !navigator.onLine) throw error;
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    return await create(attempt, tries + 1);
  }
}
