/** A finished board's image: its link, its file, and how it is saved and shared. */
import { supabase } from "../supabase.ts";
import { type Board, BoardError, signPicture } from "../vision_boards.ts";
import { formatDay } from "./wording.ts";

/** "Ava’s vision board: Run a marathon; Learn Spanish", for people who do not see it. */
export const altOf = ({ goals, name }: Board): string =>
  `${name ? `${name}’s vision board` : "Vision board"}: ${goals.join("; ")}`;

/** New links, for boards whose own does not work. */
const renewed = new Map<string, string>();

export const linkOf = (board: Board): string | null => renewed.get(board.id) ?? board.image_url;

/**
 * Signs a new link that works as long as the board's own: until the board expires, or for 30 days.
 * @throws {BoardError} if there is no image, or no answer
 */
export async function renewLink({ id, expires_at, image_storage_path }: Board): Promise<string> {
  const left = expires_at ? (Date.parse(expires_at) - Date.now()) / 1000 | 0 : 30 * 86_400;
  const link = await signPicture(supabase, image_storage_path ?? "", Math.max(60, left));
  renewed.set(id, link);
  return link;
}

/** @throws {BoardError} if the image cannot be loaded */
async function fileOf(board: Board): Promise<File> {
  const get = (link: string | null) => link ? fetch(link).catch(() => null) : null;
  let answer = await get(linkOf(board));
  if (!answer?.ok) answer = await get(await renewLink(board));
  if (!answer?.ok) throw new BoardError("no_picture", "The picture could not be loaded.");
  const name = `vision-board-${board.created_at.slice(0, 10)}.jpg`;
  return new File([await answer.blob()], name, { type: "image/jpeg" });
}

/** Saves the image as a file. @returns what to tell the person. @throws {BoardError} */
export async function download(board: Board): Promise<string> {
  const file = await fileOf(board);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return "Picture saved.";
}

/** Asked with an empty file: a press allows sharing and copying for some seconds, and loading takes time. */
const canShareFiles = () =>
  navigator.canShare?.({ files: [new File([""], "board.jpg", { type: "image/jpeg" })] }) ?? false;

/**
 * Hands the image to the device's share sheet; where there is none, copies its link.
 * @returns what to tell the person, or null
 * @throws {BoardError}
 */
export async function share(board: Board): Promise<string | null> {
  if (!canShareFiles()) return await copyLink(board);
  const file = await fileOf(board);
  try {
    await navigator.share({ files: [file], title: "My vision board" });
  } catch (error) {
    const { name } = error as DOMException;
    if (name === "AbortError") return null; // closed the sheet: fine
    if (name !== "NotAllowedError") throw error;
    return await copyLink(board).catch(() => "The picture is ready now. Press Share again.");
  }
  return null;
}

async function copyLink(board: Board): Promise<string> {
  await navigator.clipboard.writeText(linkOf(board) ?? await renewLink(board));
  const until = board.expires_at ? ` until ${formatDay(board.expires_at)}` : "";
  return `Link copied. It works${until} for anyone who has it.`;
}
