import { focusSoon } from "../state/browser.ts";
import { addGoals, goals } from "../state/draft.ts";
import { announceAdded } from "./Entry.tsx";

const IDEAS = [
  "Run a marathon",
  "Learn Spanish",
  "Travel to Japan",
  "Save for a house",
  "Read 24 books",
  "Play guitar on stage",
  "Sleep eight hours",
  "Grow a garden",
];

function take(idea: string, place: number): void {
  addGoals([idea]);
  announceAdded(1);
  // the idea that takes its place; after the last one, the goal that it became
  focusSoon(`idea-${place}`, `idea-${place - 1}`, `grip-${goals.value.at(-1)!.id}`);
}

/** Goals to begin with, without those on the list. */
export function Ideas() {
  const taken = new Set(goals.value.map((goal) => goal.text));
  const left = IDEAS.filter((idea) => !taken.has(idea)).slice(0, 5);
  if (goals.value.length > 4) return null;
  return (
    <ul class="ideas" aria-label="Ideas">
      {left.map((idea, i) => (
        <li key={idea}>
          <button
            id={`idea-${i}`}
            type="button"
            class="chip"
            aria-label={`Add ${idea}`}
            onClick={() => take(idea, i)}
          >
            {idea}
          </button>
        </li>
      ))}
    </ul>
  );
}
