import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { online } from "../state/online.ts";
import { linkOf, renewLink } from "../state/picture.ts";
import type { Board } from "../vision_boards.ts";

/** A board's picture. Where its link does not work any more, a new one is signed, once. */
export function Picture({ board, alt }: { board: Board; alt: string }) {
  const link = useSignal(linkOf(board));
  const state = useSignal<"first" | "renewed" | "gone">("first");
  const failed = () => {
    if (state.value !== "first") return state.value = "gone";
    state.value = "renewed";
    renewLink(board).then(
      (fresh) => link.value = fresh,
      () => state.value = "gone",
    );
  };
  useEffect(() => {
    if (online.value && state.value === "gone") state.value = "first"; // back: perhaps it was that
    if (state.value === "first" && !link.value) failed(); // never had one of its own
  }, [online.value]);
  if (state.value === "gone") {
    return <p class="picture missing">The picture cannot be loaded right now.</p>;
  }
  return (
    <img
      class="picture"
      src={link.value ?? undefined}
      alt={alt}
      width="1080"
      height="1350"
      loading="lazy"
      decoding="async"
      onError={failed}
    />
  );
}
