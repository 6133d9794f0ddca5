/** Which dialogs are open. */
import { computed, signal } from "@preact/signals";
import { boards } from "./boards.ts";

export const signInOpen = signal(false);
/** The board that is shown large. */
export const openBoardId = signal<string | null>(null);
export const openBoard = computed(() =>
  boards.value.find(({ id }) => id === openBoardId.value) ?? null
);

export type Layer = "page" | "board" | "sign-in";
/** What is on top: under a modal dialog, messages can be neither seen well, nor pressed, nor heard. */
export const topLayer = computed((): Layer =>
  signInOpen.value ? "sign-in" : openBoard.value ? "board" : "page"
);
