/** The boards of whoever is signed in: pages of them, newest first, and those that are being made. */
import { effect, signal } from "@preact/signals";
import { userId } from "./session.ts";
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

export const boards = signal<Board[]>([]);
export const listing = signal<"loading" | "ready" | "failed">("loading");
/** Where the next page begins; `null`: all are here. */
export const next = signal<Cursor | null>(null);
/** The last look at a running board failed: what is shown may be old. */
export const troubled = signal(false);
/** The board that was last found to be gone: deleted elsewhere, or expired. */
export const gone = signal<string | null>(null);

const watches = new Map<string, () => void>();
/** Deleted here, maybe not yet on the server. */
const hidden = new Set<string>();

/** Puts a board where its time belongs; watches it while it is being made. */
export function put(board: Board): void {
  if (hidden.has(board.id)) return;
  boards.value = [...boards.value.filter(({ id }) => id !== board.id), board]
    .sort((a, b) => b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id));
  if (isRunning(board) && !watches.has(board.id)) watch(board.id);
}

const drop = (id: string) => boards.value = boards.value.filter((board) => board.id !== id);

/** Follows a board until it has ended. */
export function watch(id: string): void {
  if (watches.has(id)) return;
  watches.set(
    id,
    watchBoard(supabase, id, (board) => {
      if (!board || !isRunning(board)) watches.delete(id);
      if (board) return put(board);
      drop(id);
      gone.value = id;
    }, (error) => troubled.value = error !== null),
  );
}

/** Reads the first page anew, or a further one. */
export async function load(more = false): Promise<void> {
  const owner = userId.peek();
  listing.value = "loading";
  try {
    const page = await listBoards(supabase, {
      after: more ? next.value : null,
    });
    if (owner !== userId.peek()) return; // somebody else is signed in by now
    page.boards.forEach(put);
    next.value = page.next;
    listing.value = "ready";
  } catch (error) {
    if (owner !== userId.peek()) return;
    listing.value = "failed";
    if (!(error instanceof BoardError)) throw error;
  }
}

/** Reads again what could not be read: the first page, or a further one. */
export const loadAgain = () => load(boards.peek().length > 0);

addEventListener("online", () => {
  if (listing.peek() === "failed") void loadAgain();
});

/** Hides a board at once. @returns `commit` deletes it for good, `undo` brings it back */
export function remove(board: Board) {
  const owner = userId.peek();
  hidden.add(board.id);
  drop(board.id);
  const undo = () => {
    if (owner !== userId.peek()) return; // somebody else looks at this page by now
    hidden.delete(board.id);
    put(board);
  };
  const commit = () =>
    deleteBoard(supabase, board.id).catch((error) => {
      undo();
      throw error;
    });
  return { undo, commit };
}

effect(() => {
  // another person: nothing of the one before is left on the page
  const owner = userId.value;
  watches.forEach((stop) => stop());
  watches.clear();
  troubled.value = false;
  hidden.clear();
  boards.value = [];
  next.value = null;
  if (owner) void load();
});
