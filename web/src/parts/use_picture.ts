import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { linkOf, renewLink } from "../state/picture.ts";
import type { Board } from "../vision_boards.ts";

/** After this, a picture that is still loading is shown as it comes. */
const PATIENCE_MS = 8_000;

async function load(link: string): Promise<string> {
  const image = new Image();
  image.src = link;
  await image.decode();
  return link;
}

/**
 * The link of a finished board's picture once it is loaded and can be shown without a gap.
 * @returns `undefined` until then; `null` if it cannot be loaded, or not soon
 */
export function usePicture(board: Board | null): string | null | undefined {
  const ready = useSignal<string | null | undefined>(undefined);
  const done = board?.status === "complete" ? board : null;
  useEffect(() => {
    ready.value = undefined;
    if (!done) return;
    let left = false;
    const show = (link: string | null) => left || (ready.value = link);
    const late = setTimeout(show, PATIENCE_MS, null);
    const own = linkOf(done);
    (own ? load(own) : Promise.reject())
      .catch(() => renewLink(done).then(load))
      .then(show, () => show(null))
      .finally(() => clearTimeout(late));
    return () => {
      left = true;
      clearTimeout(late);
    };
  }, [done?.id]);
  return done ? ready.value : undefined;
}
