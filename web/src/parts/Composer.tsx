import { useRef } from "preact/hooks";
import { entry, goals, name, tag, theme } from "../draft.ts";
import { add } from "../goal_list.ts";
import { clean } from "../goals.ts";
import { make } from "../making.ts";
import { help, sending } from "../sending.ts";
import { Details } from "./Details.tsx";
import { Entry } from "./Entry.tsx";
import { Goals } from "./Goals.tsx";
import { HelpBox } from "./HelpBox.tsx";
import { Miniature } from "./Miniature.tsx";

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

/** Writing: the goals, the details, and beside them the board as it will be. */
export function Composer() {
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const field = make();
    if (field) {
      form.current?.querySelector<HTMLElement>(`[id="${field}"]`)?.focus();
    }
  };
  const written = clean(entry.value) === "" ? goals.value : [...goals.value, {
    id: "entry",
    text: clean(entry.value).split("\n")[0]!,
  }].slice(0, 12);
  const sketch = (
    <Miniature
      goals={written}
      name={clean(name.value)}
      tag={clean(tag.value)}
      theme={theme.value}
      state="writing"
    />
  );
  return (
    <section class="hero">
      <div class="intro">
        <div class="thumb">{sketch}</div>
        <p class="kicker">Goals in, a picture out</p>
        <h1>Your year, on&nbsp;one&nbsp;page.</h1>
        <p class="lead">
          Write down what you want. A moment later it is a vision board: a picture to keep, to share
          and to wake up to.
        </p>
      </div>
      <form ref={form} class="composer" onSubmit={submit} noValidate>
        <Entry />
        <Goals />
        <Ideas />
        <Details />
        <HelpBox />
        <button id="make" class="first" type="submit" aria-disabled={sending.value}>
          {sending.value ? "Sending …" : "Make my board"}
        </button>
      </form>
      <div class="easel">
        {sketch}
        <p class="hush">
          {help.value ? "" : "A sketch. The real one has pictures."}
        </p>
      </div>
    </section>
  );
}

/** Goals to begin with; those that are on the list are not offered. */
function Ideas() {
  const taken = new Set(goals.value.map((goal) => goal.text));
  const left = IDEAS.filter((idea) => !taken.has(idea)).slice(0, 5);
  if (goals.value.length > 4) return null;
  return (
    <ul class="ideas" aria-label="Ideas">
      {left.map((idea) => (
        <li key={idea}>
          <button
            type="button"
            class="chip"
            aria-label={`Add ${idea}`}
            onClick={() => add([idea])}
          >
            {idea}
          </button>
        </li>
      ))}
    </ul>
  );
}
