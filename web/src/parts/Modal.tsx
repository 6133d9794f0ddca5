import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Layer, topLayer } from "../state/dialogs.ts";
import { Messages } from "./Messages.tsx";

interface Props {
  layer: Layer;
  open: boolean;
  class: string;
  /** The id of the element to focus after closing, if the one that opened the dialog is gone. */
  focusAfter: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A dialog over the page. Escape closes it, and so does a press outside. */
export function Modal({ layer, open, class: className, focusAfter, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  // before the next paint, so that what is shown next can be focused
  useLayoutEffect(() => {
    if (open) dialog.current!.showModal();
    else dialog.current!.close();
  }, [open]);

  /** By position: a press on the dialog's own edge is not outside. */
  const isOutside = ({ target, clientX: x, clientY: y }: MouseEvent) => {
    const { left, right, top, bottom } = dialog.current!.getBoundingClientRect();
    return target === dialog.current && (x < left || x > right || y < top || y > bottom);
  };
  const closed = () => {
    if (open) onClose(); // by the browser itself
    if (document.activeElement === document.body) document.getElementById(focusAfter)?.focus();
  };
  return (
    <dialog
      ref={dialog}
      class={className}
      aria-labelledby={`${layer}-title`}
      onCancel={onClose}
      onClose={closed}
      // selecting text may end outside: only a press that began there closes the dialog
      onPointerDown={(event) => pressedOutside.current = isOutside(event)}
      onClick={(event) => pressedOutside.current && isOutside(event) && onClose()}
    >
      {open && children}
      {topLayer.value === layer && <Messages />}
    </dialog>
  );
}
