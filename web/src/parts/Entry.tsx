import { entry, room } from "../state/draft.ts";
import { addEntry } from "../state/goal_list.ts";
import { LONGEST, MAX_GOALS, room as lettersLeft, split } from "../state/goals.ts";
import { say, tell } from "../state/messages.ts";
import { Icon } from "./Icon.tsx";
import { isEnter } from "./keys.ts";

/** Says how many goals were added, and how many there are. */
export const sayAdded = (added: number) =>
  say(
    `${added === 1 ? "Goal" : `${added} goals`} added, ${MAX_GOALS - room.value} of ${MAX_GOALS}.`,
  );

/** Adds what stands in the field, and says what came of it. */
function enter(): void {
  const { added, left } = addEntry();
  if (left > 0) {
    tell(
      `A board has room for ${MAX_GOALS} goals. ${
        left === 1 ? "One is" : `${left} are`
      } still in the field.`,
    );
  } else if (added > 0) sayAdded(added);
}

/** The field for the next goal. Enter adds it; a list that is pasted becomes several. */
export function Entry() {
  const full = room.value === 0;
  const hint = lettersLeft(entry.value, LONGEST.goal);
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
    if (split(text).length < 2) return;
    event.preventDefault();
    entry.value = `${entry.value}\n${text}`;
    enter();
  };
  return (
    <div class="entry">
      <label for="entry">
        <span>{full ? "That is a full board" : "What do you want?"}</span>
        <output class="count" aria-live="off">
          {MAX_GOALS - room.value} of {MAX_GOALS}
        </output>
      </label>
      <div class="field">
        <textarea
          id="entry"
          dir="auto"
          rows={1}
          placeholder={full ? "Remove one to add another" : "Run a marathon"}
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
          aria-disabled={full}
          onClick={enter}
        >
          <Icon name="add" />
        </button>
      </div>
      <p id="entry-hint" class={`hint ${hint.includes("many") ? "wrong" : ""}`}>
        {hint || "Enter adds it. A list can be pasted."}
      </p>
    </div>
  );
}
