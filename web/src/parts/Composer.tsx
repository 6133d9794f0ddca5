import { useRef } from "preact/hooks";
import { makeBoard, notice, sending } from "../state/create_board.ts";
import { entry, goals, name, rankTag, theme } from "../state/draft.ts";
import { cleanText, LIMITS } from "../state/goal_text.ts";
import { Details } from "./Details.tsx";
import { Entry } from "./Entry.tsx";
import { Goals } from "./Goals.tsx";
import { Ideas } from "./Ideas.tsx";
import { Miniature } from "./Miniature.tsx";
import { NoticeBox } from "./NoticeBox.tsx";

/** The form: goals and details, and beside them a sketch of the board. */
export function Composer() {
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const field = makeBoard();
    if (field) form.current?.querySelector<HTMLElement>(`[id="${field}"]`)?.focus();
  };
  const text = cleanText(entry.value).split("\n")[0]!;
  const written = text === "" ? goals.value : [...goals.value, { id: "entry", text }];
  const sketch = (
    <Miniature
      goals={written.slice(0, LIMITS.goals)}
      name={cleanText(name.value)}
      rankTag={cleanText(rankTag.value)}
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
        <NoticeBox />
        <button id="make" class="primary" type="submit" aria-disabled={sending.value}>
          {sending.value ? "Sending…" : "Make my board"}
        </button>
      </form>
      <div class="easel">
        {sketch}
        <p class="muted">
          {notice.value ? "" : "A sketch. The real board has pictures, and colours of its own."}
        </p>
      </div>
    </section>
  );
}
