import { colorsAt } from "../state/board_design.ts";
import { isEnter } from "../state/browser.ts";
import { editGoal, type Goal, removeGoal, theme } from "../state/draft.ts";
import { lengthHint, lengthOf, LIMITS } from "../state/goal_text.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  goal: Goal;
  place: number;
  count: number;
  /** Whether the buttons that move it are shown. */
  isLifted: boolean;
  /** How far it is dragged from its place, in pixels; `null` while it is not. */
  dragged: number | null;
  onPress: (event: PointerEvent) => void;
  onLift: () => void;
  onMove: (step: number, control: HTMLElement) => void;
  onRemove: () => void;
}

/** A goal on the list, and what can be done with it. */
export function GoalRow(props: Props) {
  const { goal, place, count, isLifted, dragged, onPress, onLift, onMove, onRemove } = props;
  const { id, text } = goal;
  const hint = lengthHint(text, LIMITS.goal);
  const isTooLong = lengthOf(text) > LIMITS.goal;
  const { top, bottom, ink } = colorsAt(place, theme.value);
  const isDragged = dragged !== null;
  return (
    <li
      class={`${isDragged ? "is-dragged" : ""} ${isLifted ? "is-lifted" : ""}`}
      style={isDragged ? { transform: `translateY(${dragged}px)` } : {}}
    >
      <button
        id={`grip-${id}`}
        type="button"
        class="grip"
        style={{ background: `linear-gradient(${top}, ${bottom})`, color: ink }}
        aria-label={`Move ${text}, ${place + 1} of ${count}`}
        aria-describedby="grip-help"
        onPointerDown={onPress}
        onClick={onLift}
        onKeyDown={(event) => {
          const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
          if (!step) return;
          event.preventDefault();
          onMove(step, event.currentTarget);
        }}
      >
        <span>{place + 1}</span>
        <Icon name="grip" />
      </button>
      <textarea
        id={`goal-${id}`}
        dir="auto"
        rows={1}
        aria-label={`Goal ${place + 1}`}
        aria-invalid={isTooLong}
        aria-describedby={hint ? `hint-${id}` : undefined}
        value={text}
        onInput={(event) => editGoal(id, event.currentTarget.value.replace(/\n/g, " "))}
        onKeyDown={(event) => {
          if (!isEnter(event)) return;
          event.preventDefault();
          document.getElementById("entry")?.focus();
        }}
        onBlur={() => text.trim() === "" && removeGoal(id)}
      />
      {hint && <span id={`hint-${id}`} class={`left ${isTooLong ? "wrong" : ""}`}>{hint}</span>}
      {isLifted && (["up", "down"] as const).map((way) => (
        <button
          key={way}
          id={`${way}-${id}`}
          type="button"
          class="bare"
          aria-label={`Move ${text} ${way}`}
          onClick={(event) => onMove(way === "up" ? -1 : 1, event.currentTarget)}
        >
          <Icon name={way} />
        </button>
      ))}
      <button
        id={`remove-${id}`}
        type="button"
        class="bare"
        aria-label={`Remove ${text}`}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
