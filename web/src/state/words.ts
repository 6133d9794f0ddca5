/** Times and errors in words that help. */
import { BoardError } from "../vision_boards.ts";

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "numeric",
  minute: "2-digit",
});
const day = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "long",
});
const short = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
});

export const dayOf = (iso: string): string => day.format(new Date(iso));

/** "4 s", "1 min 20 s". */
export function waited(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Until when a board is kept, and whether that is soon. */
export function keptUntil(
  iso: string | null,
): { words: string; soon: boolean } {
  if (!iso) return { words: "Kept for good", soon: false };
  const days = Math.ceil((Date.parse(iso) - Date.now()) / 86_400_000);
  if (days > 3) {
    return { words: `Kept until ${short.format(new Date(iso))}`, soon: false };
  }
  const words = days > 1 ? `Goes in ${days} days` : days === 1 ? "Goes within a day" : "Gone soon";
  return { words, soon: true };
}

/** Something went wrong: what, and what to do. */
export interface Help {
  title: string;
  text: string;
  /** What helps: trying again, signing in, or a look at the goals. */
  action: "again" | "sign-in" | "goals";
}

/** For goals that were changed while what had been asked for could not be sent. */
export const backOnline: Help = {
  title: "You are back online",
  text: "Your goals have changed since you asked for a board. Make it when they are right.",
  action: "goals",
};

/** A moment, for people: "at 14:05", or with the day if that is another one. */
export function moment(seconds: number): string {
  const at = new Date(Date.now() + seconds * 1000);
  const today = at.toDateString() === new Date().toDateString();
  if (seconds < 90) return `in ${Math.ceil(seconds)} seconds`;
  return `at ${clock.format(at)}${today ? "" : ` on ${day.format(at)}`}`;
}

/** Help for a board that could not be asked for. */
export function helpFor(error: unknown): Help {
  const { code, retryAfter, issues, message } = error instanceof BoardError
    ? error
    : new BoardError("unexpected", "Something went wrong.");
  const later = retryAfter ? ` Try again ${moment(retryAfter)}.` : " Try again in a moment.";
  switch (code) {
    case "no_answer":
      if (!navigator.onLine) {
        return {
          title: "You are offline",
          text: "Your goals are kept here, and sent by themselves when you are back.",
          action: "again",
        };
      }
      return {
        title: "No answer came",
        text: "Your goals are kept here. Trying again never makes a second board.",
        action: "again",
      };
    case "unauthorized":
      return {
        title: "Please sign in again",
        text: "Your session has ended. Your goals are kept.",
        action: "sign-in",
      };
    case "too_many_active_jobs":
      return {
        title: "Your other boards come first",
        text: `Several are being drawn already.${later}`,
        action: "again",
      };
    case "daily_limit_reached":
      return {
        title: "That was a full day",
        text: `You have made all your boards for today.${later} Your goals are kept until then.`,
        action: "again",
      };
    case "validation_failed":
    case "body_too_large":
      return {
        title: "Something needs a change",
        text: issues[0]?.message ?? message,
        action: "goals",
      };
    case "unavailable":
      return {
        title: "We cannot be reached",
        text: `The trouble is on our side. Your goals are kept.${later}`,
        action: "again",
      };
    default:
      return {
        title: "That did not work",
        text: `${message} Your goals are kept.`,
        action: "again",
      };
  }
}
