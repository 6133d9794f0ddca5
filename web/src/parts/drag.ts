import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { goals, move } from "../draft.ts";
import { say } from "../messages.ts";

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
    const grip = event.currentTarget as HTMLElement;
    grip.setPointerCapture(event.pointerId);
    hasMoved.current = false;
    let from = event.clientY;
    const follow = ({ clientY }: PointerEvent) => {
      if (!hasMoved.current && Math.abs(clientY - from) < SLACK) return;
      hasMoved.current = true;
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
    const end = () => {
      grip.removeEventListener("pointermove", follow);
      setDragged(null);
      const at = goals.value.findIndex((goal) => goal.id === id);
      if (hasMoved.current && at >= 0) {
        say(`${goals.value[at]!.text}: ${at + 1} of ${goals.value.length}.`);
      }
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", end, { once: true });
  }

  return {
    of: dragged?.of ?? null,
    by: dragged?.by ?? 0,
    start,
    /** Whether the last press was a drag. */
    moved: () => hasMoved.current,
  };
}
