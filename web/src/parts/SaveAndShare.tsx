import { useSignal } from "@preact/signals";
import { download, share } from "../state/board_image.ts";
import { showMessage } from "../state/messages.ts";
import { type Board, BoardError } from "../vision_boards.ts";
import { Icon } from "./Icon.tsx";

/** The buttons that save and share a finished board. */
export function SaveAndShare({ board }: { board: Board }) {
  const busy = useSignal(false);
  const run = async (action: (board: Board) => Promise<string | null>) => {
    if (busy.value) return;
    busy.value = true;
    try {
      const text = await action(board);
      if (text) showMessage(text);
    } catch (error) {
      showMessage(
        error instanceof BoardError
          ? "The picture could not be loaded. Are you online?"
          : "Sharing does not work here. Download the picture and share that.",
      );
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="actions">
      <button class="primary" type="button" onClick={() => run(download)}>
        <Icon name="download" />Download
      </button>
      <button class="secondary" type="button" onClick={() => run(share)}>
        <Icon name="share" />Share
      </button>
    </div>
  );
}
