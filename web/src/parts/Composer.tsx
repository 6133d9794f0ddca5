import { useRef } from "preact/hooks";
import { entry, goals, name, tag, theme } from "../state/draft.ts";
import { clean } from "../state/goals.ts";
import { make } from "../state/making.ts";
import { help, sending } from "../state/sending.ts";
import { Details } from "./Details.tsx";
import { Entry } from "./Entry.tsx";
import { Goals } from "./Goals.tsx";
import { HelpBox } from "./HelpBox.tsx";
import { Ideas } from "./Ideas.tsx";
import { Miniature } from "./Miniature.tsx";

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
          {help.value ? "" : "A sketch. The real one has pictures, and colours of its own."}
        </p>
      </div>
    </section>
  );
}
