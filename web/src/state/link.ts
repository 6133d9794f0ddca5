/** A link from a mail that did not work: the address of the page says so, once. */
import { signal } from "@preact/signals";

const said = new URLSearchParams(location.hash.slice(1));
const code = said.get("error_code") ?? said.get("error");

/** What to tell whoever followed it. The address has words, too, but anybody can write those. */
export const linkTrouble = signal<string | null>(
  code &&
    (code === "otp_expired"
      ? "That link has been used already, or it is too old. Sign in, or ask for another one."
      : "That link did not work. Sign in, or ask for another one."),
);

// a reload, or a bookmark, is not the link again
if (code) history.replaceState(null, "", location.pathname + location.search);
