import type { CSSProperties } from "preact";
import { countInWords, dayInWords, titleFor, yearFor } from "../state/board_words.ts";
import { hueAt, partOf, placesFor } from "../state/hues.ts";
import type { Board } from "../vision_boards.ts";

interface Props {
  /** With an id each, so that tiles move when their goals do. */
  goals: readonly { id: string; text: string }[];
  name: string;
  tag: string;
  theme: "light" | "dark";
  date?: Date;
  /** `drawing`: the tiles shimmer. `done`: they resolve into the picture, one by one. */
  state: "writing" | "drawing" | "done";
  picture?: string | null;
}

/** The board in small, as it will be: its paper, its tiles, its words. For the eye alone. */
export function Miniature(
  { goals, name, tag, theme, date = new Date(), state, picture }: Props,
) {
  const empty = goals.length === 0;
  const places = placesFor(empty ? 8 : goals.length);
  return (
    <div
      class="miniature"
      data-theme={theme}
      data-state={state}
      aria-hidden="true"
    >
      <p class="mini-year">{yearFor(date)}&ensp;·&ensp;MY GOALS</p>
      <p class={`mini-title ${name.length > 12 ? "is-long" : ""}`} dir="auto">
        {titleFor(name)}
      </p>
      {tag && <p class="mini-tag" dir="auto">{tag}</p>}
      {empty
        ? places.map((place, i) => <i key={`ghost-${i}`} class="mini-ghost" style={place} />)
        : goals.map(({ id, text }, i) => (
          <Tile
            key={id}
            place={places[i]!}
            index={i}
            count={goals.length}
            text={text}
            theme={theme}
            picture={picture}
          />
        ))}
      {empty && <p class="mini-hint">Your goals land here</p>}
      <p class="mini-foot">
        <span>{dayInWords(date)}</span>
        <span>{empty ? "" : countInWords(goals.length)}</span>
      </p>
    </div>
  );
}

/** A board of somebody's in small; empty while its row is still to be read. */
export function BoardMiniature(
  { board, state, picture }: Pick<Props, "state" | "picture"> & { board: Board | null },
) {
  return (
    <Miniature
      goals={(board?.goals ?? []).map((text, i) => ({ id: `${i}`, text }))}
      name={board?.name ?? ""}
      tag={board?.rank_tag ?? ""}
      theme={board?.theme ?? "light"}
      date={board ? new Date(board.created_at) : undefined}
      state={state}
      picture={picture}
    />
  );
}

interface TileProps {
  place: CSSProperties;
  index: number;
  count: number;
  text: string;
  theme: "light" | "dark";
  picture?: string | null;
}

function Tile({ place, index, count, text, theme, picture }: TileProps) {
  const { top, bottom, art, ink } = hueAt(index, theme);
  const colours = {
    "--top": top,
    "--bottom": bottom,
    "--art": art,
    "--ink": ink,
    "--i": index,
  };
  const part = partOf(count, index);
  return (
    <div
      class={`mini-tile scene-${index % 4}`}
      style={{ ...place, ...colours } as CSSProperties}
    >
      <span class={text.length > 60 ? "is-long" : ""} dir="auto">{text}</span>
      {picture && (
        <i
          class="mini-part"
          style={{
            backgroundImage: `url(${JSON.stringify(picture)})`,
            backgroundSize: part.size,
            backgroundPosition: part.position,
          }}
        />
      )}
    </div>
  );
}
