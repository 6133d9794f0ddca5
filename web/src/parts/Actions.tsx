import { useSignal } from "@preact/signals";
import { tell } from "../state/messages.ts";
import { download } from "../state/picture.ts";
import { share } from "../state/share.ts";
import { type Board, BoardError } from "../vision_boards.ts";
import { Icon } from "./Icon.tsx";

/** Saving and sharing a picture. */
export function Actions({ board }: { board: Board }) {
  const busy = useSignal(false);
  const run = async (what: () => Promise<string | null | void>) => {
    if (busy.value) return;
    busy.value = true;
    try {
      const words = await what();
      if (words) tell(words);
    } catch (error) {
      tell(
        error instanceof BoardError
          ? "The picture could not be loaded. Are you online?"
          : "Sharing does not work here. Download the picture, and share that.",
      );
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="actions">
      <button
        class="first"
        type="button"
        onClick={() => run(() => download(board).then(() => "Saved as a picture."))}
      >
        <Icon name="download" />Download
      </button>
      <button
        class="second"
        type="button"
        onClick={() => run(() => share(board))}
      >
        <Icon name="share" />Share
      </button>
    </div>
  );
}
