import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Layer, uppermost } from "../state/layers.ts";
import { Messages } from "./Messages.tsx";

interface Props {
  name: Layer;
  open: boolean;
  class: string;
  /** What has the focus after it, by id, where that from which it was opened is gone. */
  back: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A dialog over the page. Escape closes it, and so does a press on what is around it. */
export function Modal({ name, open, class: look, back, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressed = useRef(false);
  // at once, so that what is shown next may have the focus
  useLayoutEffect(() => {
    if (open) dialog.current!.showModal();
    else dialog.current!.close();
  }, [open]);

  /** By place: the card's own edge is not around it. */
  const isAround = ({ target, clientX: x, clientY: y }: MouseEvent) => {
    const { left, right, top, bottom } = dialog.current!.getBoundingClientRect();
    return target === dialog.current && (x < left || x > right || y < top || y > bottom);
  };
  const closed = () => {
    if (open) onClose(); // by the browser itself
    if (document.activeElement === document.body) document.getElementById(back)?.focus();
  };
  return (
    <dialog
      ref={dialog}
      class={look}
      aria-labelledby={`${name}-title`}
      onCancel={onClose}
      onClose={closed}
      // a selection may end around it, and must have begun there to close it
      onPointerDown={(event) => pressed.current = isAround(event)}
      onClick={(event) => pressed.current && isAround(event) && onClose()}
    >
      {open && children}
      {uppermost.value === name && <Messages />}
    </dialog>
  );
}
