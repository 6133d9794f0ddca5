/** Asking for a board: at once, or when somebody is signed in or the network is back. */
import { computed, effect } from "@preact/signals";
import { ask, settle, unanswered } from "./attempt.ts";
import { problem, request, requestText } from "./draft.ts";
import { addEntry } from "./goal_list.ts";
import { linkTrouble } from "./link.ts";
import { dismiss } from "./messages.ts";
import { asksToSignIn, help, send, sending } from "./sending.ts";
import { session, token, userId } from "./session.ts";
import { staged } from "./stage.ts";
import { backOnline } from "./words.ts";

/** What was asked for, if it has no answer and is still what stands there: it goes on by itself. */
export const waiting = computed(() =>
  JSON.stringify(unanswered.value?.request) === requestText.value ? unanswered.value : null
);

/**
 * Makes a board of the draft; asks to sign in first where that is needed. Asked twice, it makes one.
 * @returns the field that needs a change, or null
 */
export function make(): string | null {
  if (!sending.peek()) addEntry();
  return again();
}

/** The same for the list alone: what is half typed in the field stays there. */
export function again(): string | null {
  if (sending.peek()) return null;
  const wrong = problem.peek();
  if (wrong) {
    help.value = { title: "Almost", text: wrong.words, action: "goals" };
    return wrong.field;
  }
  ask(request.peek());
  if (session.peek()) goOn();
  else asksToSignIn.value = true;
  return null;
}

/** Sends what waits for its answer, as it was asked for. */
function goOn(): void {
  if (session.peek() && waiting.peek() && !staged.peek() && !sending.peek()) {
    void send(waiting.peek()!);
  }
}

/** The dialog was closed without signing in. `waits`: for a link by mail, and then it goes on. */
export function leaveSignIn(waits: boolean): void {
  asksToSignIn.value = false;
  linkTrouble.value = null;
  if (!waits) settle();
}

// Help is about what was asked for: once that is changed, it has helped, or is not true any more.
requestText.subscribe(() => help.value = null);

// Signed in, here or in another tab, or after a reload. Another token, not another event: the library
// tells of the same session each time that the tab is seen again.
effect(() => {
  if (!token.value) return;
  queueMicrotask(() => {
    asksToSignIn.value = false;
    goOn();
  });
});

addEventListener("online", () => {
  if (unanswered.peek() && !waiting.peek() && !staged.peek()) help.value = backOnline;
  goOn();
});

// Somebody has come: what was said to whoever left is not for them.
userId.subscribe((id) => {
  if (id) dismiss();
});

// Whoever is signed in all the same needs no other link.
effect(() => {
  if (session.value) linkTrouble.value = null;
  else if (session.value === null && linkTrouble.value) asksToSignIn.value = true;
});
