import { useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { type Goal, goals } from "../state/draft.ts";
import { focusSoon } from "../state/focus.ts";
import { empty, move, putBack, remove } from "../state/goal_list.ts";
import { say, tell } from "../state/messages.ts";
import { useDrag } from "./drag.ts";
import { GoalRow } from "./GoalRow.tsx";

/** Moves a goal and says where it is now. */
function moveBy(goal: Goal, from: number, step: number, control: HTMLElement): void {
  const to = from + step;
  if (to < 0 || to >= goals.value.length) return;
  move(goal.id, to);
  say(`${goal.text}: ${to + 1} of ${goals.value.length}.`);
  focusSoon(control.id); // the same control of the same goal, wherever its row is now
}

function drop(goal: Goal, at: number): void {
  remove(goal.id);
  const neighbour = goals.value[Math.min(at, goals.value.length - 1)];
  focusSoon(neighbour ? `remove-${neighbour.id}` : "entry");
  tell("Goal removed.", () => {
    putBack([goal], at);
    focusSoon(`remove-${goal.id}`, "entry"); // there, if it had no room any more
  });
}

function clear(): void {
  const putThemBack = empty();
  focusSoon("entry");
  tell("List emptied.", () => {
    putThemBack();
    focusSoon(`remove-${goals.value[0]!.id}`);
  });
}

/** The goals so far: edited in place, moved by dragging, by arrow keys or by buttons, removed. */
export function Goals() {
  const list = useRef<HTMLOListElement>(null);
  const lifted = useSignal<string | null>(null);
  const drag = useDrag(list);

  if (goals.value.length === 0) return null;
  return (
    <>
      <p id="grip-help" class="unseen">
        Press the up or down arrow key to move it.
      </p>
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
              dragged={drag.of === goal.id ? drag.by : null}
              onPress={(event) => drag.start(event, goal.id)}
              onLift={() => lifted.value = isLifted || drag.moved() ? null : goal.id}
              onMove={(step, control) => moveBy(goal, i, step, control)}
              onRemove={() => drop(goal, i)}
            />
          );
        })}
      </ol>
      {goals.value.length > 4 && (
        <button type="button" class="link" onClick={clear}>
          Empty the list
        </button>
      )}
    </>
  );
}
