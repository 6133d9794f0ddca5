import { useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { edit, type Goal, goals, move, remove, startAnew, theme } from "../draft.ts";
import { count, LONGEST, room } from "../goals.ts";
import { hueAt } from "../hues.ts";
import { say, tell } from "../messages.ts";
import { useDrag } from "./drag.ts";
import { Icon } from "./Icon.tsx";

/** The goals so far: edited in place, moved by dragging, by arrow keys or by buttons, removed. */
export function Goals() {
  const list = useRef<HTMLOListElement>(null);
  const lifted = useSignal<string | null>(null);
  const drag = useDrag(list);

  const moveBy = (goal: Goal, from: number, step: number) => {
    const to = from + step;
    if (to < 0 || to >= goals.value.length) return;
    move(goal.id, to);
    say(`${goal.text}: ${to + 1} of ${goals.value.length}.`);
    // the same control of the same goal, wherever its row is now
    requestAnimationFrame(() => document.getElementById(`grip-${goal.id}`)?.focus());
  };
  const drop = (goal: Goal, at: number) => {
    const before = goals.value;
    remove(goal.id);
    const neighbour = goals.value[Math.min(at, goals.value.length - 1)];
    requestAnimationFrame(() =>
      document.getElementById(neighbour ? `remove-${neighbour.id}` : "entry")
        ?.focus()
    );
    tell("Goal removed.", () => goals.value = before);
  };
  const clear = () => {
    const before = goals.value;
    startAnew();
    document.getElementById("entry")?.focus();
    tell("List emptied.", () => goals.value = before);
  };

  if (goals.value.length === 0) return null;
  return (
    <>
      <p id="grip-help" class="unseen">
        Press the up or down arrow key to move it.
      </p>
      <ol class="goals" ref={list} aria-label="Your goals">
        {goals.value.map((goal, i) => {
          const hint = room(goal.text, LONGEST.goal);
          const wrong = count(goal.text) > LONGEST.goal;
          const { top, bottom, ink } = hueAt(i, theme.value);
          const up = lifted.value === goal.id;
          return (
            <li
              key={goal.id}
              class={`${drag.of === goal.id ? "is-dragged" : ""} ${up ? "is-lifted" : ""}`}
              style={drag.of === goal.id ? { transform: `translateY(${drag.by}px)` } : {}}
            >
              <button
                id={`grip-${goal.id}`}
                type="button"
                class="grip"
                style={{
                  background: `linear-gradient(${top}, ${bottom})`,
                  color: ink,
                }}
                aria-label={`Move ${goal.text}, ${i + 1} of ${goals.value.length}`}
                aria-describedby="grip-help"
                onPointerDown={(event) => drag.start(event, goal.id)}
                onClick={() => lifted.value = up || drag.moved() ? null : goal.id}
                onKeyDown={(event) => {
                  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
                  if (!step) return;
                  event.preventDefault();
                  moveBy(goal, i, step);
                }}
              >
                <span>{i + 1}</span>
                <Icon name="grip" />
              </button>
              <textarea
                id={`goal-${goal.id}`}
                rows={1}
                aria-label={`Goal ${i + 1}`}
                aria-invalid={wrong}
                aria-describedby={hint ? `hint-${goal.id}` : undefined}
                value={goal.text}
                onInput={(event) => edit(goal.id, event.currentTarget.value.replace(/\n/g, " "))}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" || event.isComposing) return;
                  event.preventDefault();
                  document.getElementById("entry")?.focus();
                }}
                onBlur={() => goal.text.trim() === "" && remove(goal.id)}
              />
              {hint && (
                <span
                  id={`hint-${goal.id}`}
                  class={`left ${wrong ? "wrong" : ""}`}
                >
                  {hint}
                </span>
              )}
              {up && (
                <>
                  <button
                    type="button"
                    class="bare"
                    aria-label={`Move ${goal.text} up`}
                    onClick={() => moveBy(goal, i, -1)}
                  >
                    <Icon name="up" />
                  </button>
                  <button
                    type="button"
                    class="bare"
                    aria-label={`Move ${goal.text} down`}
                    onClick={() => moveBy(goal, i, 1)}
                  >
                    <Icon name="down" />
                  </button>
                </>
              )}
              <button
                id={`remove-${goal.id}`}
                type="button"
                class="bare"
                aria-label={`Remove ${goal.text}`}
                onClick={() => drop(goal, i)}
              >
                <Icon name="close" />
              </button>
            </li>
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
