import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { goals, moveGoal } from "../state/draft.ts";
import { announce } from "../state/messages.ts";

/** How far a pointer moves before a press becomes a drag, in pixels. */
const THRESHOLD = 4;

/** Drags a row of a list with the pointer; it changes places with the next row halfway to it. */
export function useDrag(list: RefObject<HTMLElement | null>) {
  const [dragged, setDragged] = useState<{ id: string; by: number } | null>(null);
  const hasMoved = useRef(false);

  function start(event: PointerEvent, id: string): void {
    if (event.button !== 0) return;
    const { pointerId } = event;
    const drag = new AbortController();
    hasMoved.current = false;
    let from = event.clientY;
    const follow = (event: PointerEvent) => {
      const { clientY } = event;
      if (event.pointerId !== pointerId) return;
      if (!hasMoved.current) {
        if (Math.abs(clientY - from) < THRESHOLD) return;
        hasMoved.current = true;
        // by the list, which stays: a row that moves in the document would lose the pointer
        list.current!.setPointerCapture(pointerId);
      }
      const rows = [...list.current!.children] as HTMLElement[];
      const at = goals.value.findIndex((goal) => goal.id === id);
      const step = clientY > from ? 1 : -1;
      const next = rows[at + step];
      // layout positions, which a transform does not change
      const distance = next ? next.offsetTop - rows[at]!.offsetTop : 0;
      if (next && Math.abs(clientY - from) > Math.abs(distance) / 2) {
        moveGoal(id, at + step);
        from += distance;
      }
      setDragged({ id, by: clientY - from });
    };
    const end = (event: PointerEvent) => {
      if (event.pointerId !== pointerId) return;
      drag.abort();
      setDragged(null);
      const at = goals.value.findIndex((goal) => goal.id === id);
      if (hasMoved.current && at >= 0) {
        announce(`${goals.value[at]!.text}: ${at + 1} of ${goals.value.length}.`);
      }
    };
    addEventListener("pointermove", follow, drag);
    addEventListener("pointerup", end, drag);
    addEventListener("pointercancel", end, drag);
  }

  return {
    id: dragged?.id ?? null,
    by: dragged?.by ?? 0,
    start,
    /** Whether the last press was a drag. */
    hasMoved: () => hasMoved.current,
  };
}
