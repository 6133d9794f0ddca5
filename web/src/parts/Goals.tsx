import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { focusSoon } from "../state/browser.ts";
import {
  clearGoals,
  type Goal,
  goals,
  moveGoal,
  removeGoal,
  restoreGoals,
} from "../state/draft.ts";
import { announce, showMessage } from "../state/messages.ts";
import { GoalRow } from "./GoalRow.tsx";
import { useDrag } from "./use_drag.ts";

/** Moves a goal by a step and announces its new place. */
function moveBy(goal: Goal, from: number, step: number, control: HTMLElement): void {
  const to = from + step;
  if (!moveGoal(goal.id, to)) return;
  announce(`${goal.text}: ${to + 1} of ${goals.value.length}.`);
  focusSoon(control.id); // the same control of the same goal, wherever its row is now
}

function removeWithUndo(goal: Goal, at: number): void {
  removeGoal(goal.id);
  const neighbour = goals.value[Math.min(at, goals.value.length - 1)];
  focusSoon(neighbour ? `remove-${neighbour.id}` : "entry");
  showMessage("Goal removed.", () => {
    restoreGoals([goal], at);
    focusSoon(`remove-${goal.id}`, "entry"); // in the field, if there was no more room
  });
}

function clearWithUndo(): void {
  const restore = clearGoals();
  focusSoon("entry");
  showMessage("List cleared.", () => {
    restore();
    focusSoon(`remove-${goals.value[0]!.id}`);
  });
}

/** The goals so far: edited in place; moved by dragging, arrow keys or buttons; removed. */
export function Goals() {
  const list = useRef<HTMLOListElement>(null);
  const lifted = useSignal<string | null>(null);
  const drag = useDrag(list);

  if (goals.value.length === 0) return null;
  return (
    <>
      <p id="grip-help" class="visually-hidden">Press the up or down arrow key to move it.</p>
      <ol class="goals" ref={list} aria-label="Your goals">
        {goals.value.map((goal, i) => {
          const isLifted = lifted.value === goal.id;
          return (
            <GoalRow
              key={goal.id}
              goal={goal}
              place={i}
              count={goals.value.length}
              isLifted={isLifted}
              dragged={drag.id === goal.id ? drag.by : null}
              onPress={(event) => drag.start(event, goal.id)}
              onLift={() => lifted.value = isLifted || drag.hasMoved() ? null : goal.id}
              onMove={(step, control) => moveBy(goal, i, step, control)}
              onRemove={() => removeWithUndo(goal, i)}
            />
          );
        })}
      </ol>
      {goals.value.length > 4 && (
        <button type="button" class="link" onClick={clearWithUndo}>Clear the list</button>
      )}
    </>
  );
}
