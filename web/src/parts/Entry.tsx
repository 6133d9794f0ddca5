import { isEnter } from "../state/browser.ts";
import { addEntry, entry, goals, room } from "../state/draft.ts";
import { lengthHint, LIMITS, splitGoals } from "../state/goal_text.ts";
import { announce, showMessage } from "../state/messages.ts";
import { Icon } from "./Icon.tsx";

/** Tells screen readers how many goals were added, and how many there are. */
export const announceAdded = (added: number) =>
  announce(
    `${added === 1 ? "Goal" : `${added} goals`} added, ${goals.value.length} of ${LIMITS.goals}.`,
  );

/** Adds what is in the field, and says what came of it. */
function enter(): void {
  const { added, left } = addEntry();
  if (left > 0) {
    const rest = left === 1 ? "One is" : `${left} are`;
    showMessage(`A board has room for ${LIMITS.goals} goals. ${rest} still in the field.`);
  } else if (added > 0) announceAdded(added);
}

/** The field for the next goal. Enter adds it; a list that is pasted becomes several. */
export function Entry() {
  const isFull = room.value === 0;
  const hint = lengthHint(entry.value, LIMITS.goal);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isEnter(event)) return;
    if (event.metaKey || event.ctrlKey) {
      return (event.target as HTMLTextAreaElement).form!.requestSubmit();
    }
    event.preventDefault();
    enter();
  };
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (splitGoals(text).length < 2) return;
    event.preventDefault();
    entry.value = `${entry.value}\n${text}`;
    enter();
  };
  return (
    <div class="entry">
      <label for="entry">
        <span>{isFull ? "Your board is full" : "What do you want?"}</span>
        <output class="count" aria-live="off">{goals.value.length} of {LIMITS.goals}</output>
      </label>
      <div class="field">
        <textarea
          id="entry"
          dir="auto"
          rows={1}
          placeholder={isFull ? "Remove one to add another" : "Run a marathon"}
          autocomplete="off"
          enterkeyhint="enter"
          aria-describedby="entry-hint"
          value={entry.value}
          onInput={(event) => entry.value = event.currentTarget.value}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <button
          type="button"
          class="round strong"
          aria-label="Add this goal"
          aria-disabled={isFull}
          onClick={enter}
        >
          <Icon name="add" />
        </button>
      </div>
      <p id="entry-hint" class={`hint ${hint.includes("many") ? "wrong" : ""}`}>
        {hint || "Press Enter to add it, or paste a list."}
      </p>
    </div>
  );
}
