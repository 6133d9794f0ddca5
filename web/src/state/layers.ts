/** What is uppermost: under a modal dialog, nothing can be seen well, pressed or heard. */
import { computed } from "@preact/signals";
import { opened } from "./opened.ts";
import { asksToSignIn } from "./sending.ts";

export type Layer = "page" | "large" | "sign-in";

export const uppermost = computed((): Layer =>
  asksToSignIn.value ? "sign-in" : opened.value ? "large" : "page"
);
