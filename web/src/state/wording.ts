/** Times and errors in words that help. */
import { BoardError } from "../vision_boards.ts";

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(undefined, options);
const clock = format({ hour: "numeric", minute: "2-digit" });
const longDay = format({ day: "numeric", month: "long" });
const shortDay = format({ day: "numeric", month: "short" });

/** "3 December". */
export const formatDay = (iso: string): string => longDay.format(new Date(iso));

/** "4 s", "1 min 20 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Until when a board is kept, and whether that is soon. */
export function formatExpiry(iso: string | null): { text: string; soon: boolean } {
  if (!iso) return { text: "Kept for good", soon: false };
  const days = Math.ceil((Date.parse(iso) - Date.now()) / 86_400_000);
  if (days > 3) return { text: `Kept until ${shortDay.format(new Date(iso))}`, soon: false };
  if (days > 1) return { text: `Expires in ${days} days`, soon: true };
  return { text: days === 1 ? "Expires within a day" : "Expires soon", soon: true };
}

/** A moment that is so many seconds away: "in 10 seconds", "at 14:05", "at 14:05 on 3 December". */
function formatMoment(seconds: number): string {
  if (seconds < 90) return `in ${Math.ceil(seconds)} seconds`;
  const at = new Date(Date.now() + seconds * 1000);
  const isToday = at.toDateString() === new Date().toDateString();
  return `at ${clock.format(at)}${isToday ? "" : ` on ${longDay.format(at)}`}`;
}

/** What went wrong, and what to do. */
export interface Notice {
  title: string;
  text: string;
  /** What helps: trying again, signing in, or changing the goals. */
  action: "again" | "sign-in" | "goals";
}

/** For goals that changed while the request could not be sent. */
export const backOnline: Notice = {
  title: "You are back online",
  text: "Your goals have changed since you asked for a board. Make it when you are ready.",
  action: "goals",
};

/** Why a board could not be asked for. */
export function noticeFor(error: unknown): Notice {
  const { code, retryAfter, issues, message } = error instanceof BoardError
    ? error
    : new BoardError("unexpected", "Something went wrong.");
  const later = `Try again ${retryAfter ? formatMoment(retryAfter) : "in a moment"}.`;
  const notice = (title: string, text: string, action: Notice["action"] = "again") => ({
    title,
    text,
    action,
  });
  switch (code) {
    case "no_answer":
      return navigator.onLine
        ? notice("No answer", "Your goals are saved. Trying again never makes a second board.")
        : notice(
          "You are offline",
          "Your goals are saved and will be sent when you are back online.",
        );
    case "unauthorized":
      return notice(
        "Please sign in again",
        "Your session has ended. Your goals are saved.",
        "sign-in",
      );
    case "too_many_active_jobs":
      return notice("Your other boards come first", `Several are already being drawn. ${later}`);
    case "daily_limit_reached":
      return notice(
        "That is all for today",
        `You have made all your boards for today. ${later} Your goals are saved until then.`,
      );
    case "validation_failed":
    case "body_too_large":
      return notice("Something needs to change", issues[0]?.message ?? message, "goals");
    case "unavailable":
      return notice(
        "We are having trouble",
        `The problem is on our side. Your goals are saved. ${later}`,
      );
    default:
      return notice("That did not work", `${message} Your goals are saved.`);
  }
}
