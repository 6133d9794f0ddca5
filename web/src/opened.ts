/** The board that is shown large. */
import { computed, signal } from "@preact/signals";
import { boards, remove } from "./boards.ts";
import { leaveStage } from "./making.ts";
import { tell } from "./messages.ts";
import type { Board } from "./vision_boards.ts";

export const openedId = signal<string | null>(null);
export const opened = computed(() => boards.value.find(({ id }) => id === openedId.value) ?? null);

/** Deletes a board after a moment in which it can be taken back. */
export function removeWithUndo(board: Board): void {
  openedId.value = null;
  leaveStage(board.id);
  const { undo, commit } = remove(board);
  tell(
    "Board deleted.",
    undo,
    () =>
      commit().catch(() =>
        tell(
          "It could not be deleted. Are you online? It is back among your boards.",
        )
      ),
  );
}
