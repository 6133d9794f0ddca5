import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { goals } from "../state/draft.ts";
import { move } from "../state/goal_list.ts";
import { say } from "../state/messages.ts";

/** How far a pointer goes before a press is a drag, in pixels. */
const SLACK = 4;

/** Drags a row of a list with the pointer; rows change places when its middle passes theirs. */
export function useDrag(list: RefObject<HTMLElement | null>) {
  const [dragged, setDragged] = useState<{ of: string; by: number } | null>(
    null,
  );
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
        if (Math.abs(clientY - from) < SLACK) return;
        hasMoved.current = true;
        // the list's, which stays: a row that is put elsewhere would lose the pointer
        list.current!.setPointerCapture(pointerId);
      }
      const rows = [...list.current!.children] as HTMLElement[];
      const at = goals.value.findIndex((goal) => goal.id === id);
      const step = clientY > from ? 1 : -1;
      const next = rows[at + step];
      // layout positions, which a transform does not change
      const way = next ? next.offsetTop - rows[at]!.offsetTop : 0;
      if (next && Math.abs(clientY - from) > Math.abs(way) / 2) {
        move(id, at + step);
        from += way;
      }
      setDragged({ of: id, by: clientY - from });
    };
    const end = (event: PointerEvent) => {
      if (event.pointerId !== pointerId) return;
      drag.abort();
      setDragged(null);
      const at = goals.value.findIndex((goal) => goal.id === id);
      if (hasMoved.current && at >= 0) {
        say(`${goals.value[at]!.text}: ${at + 1} of ${goals.value.length}.`);
      }
    };
    addEventListener("pointermove", follow, drag);
    addEventListener("pointerup", end, drag);
    addEventListener("pointercancel", end, drag);
  }

  return {
    of: dragged?.of ?? null,
    by: dragged?.by ?? 0,
    start,
    /** Whether the last press was a drag. */
    moved: () => hasMoved.current,
  };
}
