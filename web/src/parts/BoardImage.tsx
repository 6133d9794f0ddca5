import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { linkOf, renewLink } from "../state/board_image.ts";
import { online } from "../state/browser.ts";
import type { Board } from "../vision_boards.ts";

/** A finished board. Where its link no longer works, a new one is signed, once. */
export function BoardImage({ board, alt }: { board: Board; alt: string }) {
  const link = useSignal(linkOf(board));
  const state = useSignal<"first" | "renewed" | "failed">("first");
  const onError = () => {
    if (state.value !== "first") return state.value = "failed";
    state.value = "renewed";
    renewLink(board).then((fresh) => link.value = fresh, () => state.value = "failed");
  };
  useEffect(() => {
    if (online.value && state.value === "failed") state.value = "first"; // maybe it was the network
    if (state.value === "first" && !link.value) onError(); // it never had a link
  }, [online.value]);
  if (state.value === "failed") {
    return <p class="board-image missing">The picture cannot be loaded right now.</p>;
  }
  return (
    <img
      class="board-image"
      src={link.value ?? undefined}
      alt={alt}
      width="1080"
      height="1350"
      loading="lazy"
      decoding="async"
      onError={onError}
    />
  );
}

/** After this, an image that is still loading is shown as it arrives. */
const PATIENCE_MS = 8_000;

async function decode(link: string): Promise<string> {
  const image = new Image();
  image.src = link;
  await image.decode();
  return link;
}

/**
 * The link of a finished board's image, once it can be shown without a gap.
 * @returns `undefined` until then; `null` if it cannot be loaded, or not soon
 */
export function useDecodedImage(board: Board | null): string | null | undefined {
  const ready = useSignal<string | null | undefined>(undefined);
  const done = board?.status === "complete" ? board : null;
  useEffect(() => {
    ready.value = undefined;
    if (!done) return;
    let isCurrent = true;
    const show = (link: string | null) => isCurrent && (ready.value = link);
    const timer = setTimeout(show, PATIENCE_MS, null);
    const own = linkOf(done);
    (own ? decode(own) : Promise.reject())
      .catch(() => renewLink(done).then(decode))
      .then(show, () => show(null))
      .finally(() => clearTimeout(timer));
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [done?.id]);
  return done ? ready.value : undefined;
}
