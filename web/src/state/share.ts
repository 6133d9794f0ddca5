/** How a finished picture is shared: as a file by the device, or else as a link. */
import { fileOf, linkOf, renewLink } from "./picture.ts";
import type { Board } from "../vision_boards.ts";
import { dayOf } from "./words.ts";

/** Asked with an empty file: a press allows to share or to copy for seconds, and loading takes some. */
const sharesFiles = () =>
  navigator.canShare?.({ files: [new File([""], "board.jpg", { type: "image/jpeg" })] }) ?? false;

/**
 * Hands the picture to the device's share sheet; without one, copies its link.
 * @returns what there is to say about it, or null
 * @throws {BoardError}
 */
export async function share(board: Board): Promise<string | null> {
  if (!sharesFiles()) return await copyLink(board);
  const file = await fileOf(board);
  try {
    await navigator.share({ files: [file], title: "My vision board" });
  } catch (error) {
    const { name } = error as DOMException;
    if (name === "AbortError") return null; // closed the sheet: fine
    if (name !== "NotAllowedError") throw error;
    return await copyLink(board).catch(() => "The picture is ready now: press Share once more.");
  }
  return null;
}

async function copyLink(board: Board): Promise<string> {
  await navigator.clipboard.writeText(linkOf(board) ?? await renewLink(board));
  const until = board.expires_at ? ` It works until ${dayOf(board.expires_at)}` : " It works";
  return `Link copied.${until}, for everybody who has it.`;
}
