/** The boards of the person who is signed in: pages of them, newest first, and those being made. */
import { effect, signal } from "@preact/signals";
import { supabase } from "../supabase.ts";
import {
  type Board,
  BoardError,
  type Cursor,
  deleteBoard,
  isRunning,
  listBoards,
  watchBoard,
} from "../vision_boards.ts";
import { userId } from "./session.ts";

export const boards = signal<Board[]>([]);
export const listState = signal<"loading" | "ready" | "failed">("loading");
/** Where the next page begins; `null` if all are loaded. */
export const nextPage = signal<Cursor | null>(null);
/** Whether the last look at a running board failed: what is shown may be old. */
export const lookFailed = signal(false);
/** The board that was last found missing: deleted elsewhere, or expired. */
export const missingId = signal<string | null>(null);

/** What stops watching each running board. */
const watches = new Map<string, () => void>();
/** Deleted here, maybe not yet on the server. */
const hidden = new Set<string>();

/** Adds or updates a board, and watches it while it is being made. */
export function putBoard(board: Board): void {
  if (hidden.has(board.id)) return;
  boards.value = [...boards.value.filter(({ id }) => id !== board.id), board]
    .sort((a, b) => b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id));
  if (isRunning(board)) watch(board.id);
}

const drop = (id: string) => boards.value = boards.value.filter((board) => board.id !== id);

/** Follows a board until it has ended. */
export function watch(id: string): void {
  if (watches.has(id)) return;
  const stop = watchBoard(supabase, id, (board) => {
    if (!board || !isRunning(board)) watches.delete(id);
    if (board) return putBoard(board);
    drop(id);
    missingId.value = id;
  }, (error) => lookFailed.value = error !== null);
  watches.set(id, stop);
}

/** Loads the first page, or a further one. */
export async function loadBoards(more = false): Promise<void> {
  const owner = userId.peek();
  listState.value = "loading";
  try {
    const page = await listBoards(supabase, { after: more ? nextPage.value : null });
    if (owner !== userId.peek()) return; // somebody else is signed in by now
    page.boards.forEach(putBoard);
    nextPage.value = page.next;
    listState.value = "ready";
  } catch (error) {
    if (owner !== userId.peek()) return;
    listState.value = "failed";
    if (!(error instanceof BoardError)) throw error;
  }
}

/** Loads the page that failed once more. */
export const retryLoading = () => loadBoards(boards.peek().length > 0);

addEventListener("online", () => {
  if (listState.peek() === "failed") void retryLoading();
});

/** Hides a board at once. @returns `commit` deletes it for good, `undo` brings it back */
export function hideBoard(board: Board) {
  const owner = userId.peek();
  hidden.add(board.id);
  drop(board.id);
  const undo = () => {
    if (owner !== userId.peek()) return; // somebody else is signed in by now
    hidden.delete(board.id);
    putBoard(board);
  };
  const commit = () =>
    deleteBoard(supabase, board.id).catch((error) => {
      undo();
      throw error;
    });
  return { undo, commit };
}

effect(() => {
  // somebody else: nothing of the person before is left on the page
  const owner = userId.value;
  watches.forEach((stop) => stop());
  watches.clear();
  lookFailed.value = false;
  hidden.clear();
  boards.value = [];
  nextPage.value = null;
  if (owner) void loadBoards();
});
