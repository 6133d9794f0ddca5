import type { CSSProperties } from "preact";
import {
  colorsAt,
  countInWords,
  dayInWords,
  partOf,
  placesFor,
  titleFor,
  yearFor,
} from "../state/board_design.ts";
import type { Board } from "../vision_boards.ts";

interface Props {
  /** With an id each, so that tiles move when their goals do. */
  goals: readonly { id: string; text: string }[];
  name: string;
  rankTag: string;
  theme: "light" | "dark";
  date?: Date;
  /** `drawing`: the tiles shimmer. `done`: they resolve into the finished image, one by one. */
  state: "writing" | "drawing" | "done";
  /** The link of the finished image. */
  image?: string | null;
}

/** The board in small, as it will be: its paper, its tiles, its words. Hidden from screen readers. */
export function Miniature(
  { goals, name, rankTag, theme, date = new Date(), state, image }: Props,
) {
  const isEmpty = goals.length === 0;
  const places = placesFor(isEmpty ? 8 : goals.length);
  return (
    <div class="miniature" data-theme={theme} data-state={state} aria-hidden="true">
      <p class="mini-year">{yearFor(date)}&ensp;·&ensp;MY GOALS</p>
      <p class={`mini-title ${name.length > 12 ? "is-long" : ""}`} dir="auto">{titleFor(name)}</p>
      {rankTag && <p class="mini-tag" dir="auto">{rankTag}</p>}
      {isEmpty
        ? places.map((place, i) => <i key={`ghost-${i}`} class="mini-ghost" style={place} />)
        : goals.map(({ id, text }, i) => {
          const { top, bottom, art, ink } = colorsAt(i, theme);
          const colours = {
            "--top": top,
            "--bottom": bottom,
            "--art": art,
            "--ink": ink,
            "--i": i,
          };
          return (
            <div
              key={id}
              class={`mini-tile scene-${i % 4}`}
              style={{ ...places[i], ...colours } as CSSProperties}
            >
              <span class={text.length > 60 ? "is-long" : ""} dir="auto">{text}</span>
              {image && <ImagePart image={image} count={goals.length} place={i} />}
            </div>
          );
        })}
      {isEmpty && <p class="mini-hint">Your goals land here</p>}
      <p class="mini-foot">
        <span>{dayInWords(date)}</span>
        <span>{isEmpty ? "" : countInWords(goals.length)}</span>
      </p>
    </div>
  );
}

/** The part of the finished image that is in a tile. */
function ImagePart({ image, count, place }: { image: string; count: number; place: number }) {
  const { size, position } = partOf(count, place);
  const style = {
    backgroundImage: `url(${JSON.stringify(image)})`,
    backgroundSize: size,
    backgroundPosition: position,
  };
  return <i class="mini-part" style={style} />;
}

/** The miniature of a board that was asked for; empty while its row is still to be read. */
export function BoardMiniature(
  { board, ...props }: Pick<Props, "state" | "image"> & { board: Board | null },
) {
  return (
    <Miniature
      goals={(board?.goals ?? []).map((text, i) => ({ id: `${i}`, text }))}
      name={board?.name ?? ""}
      rankTag={board?.rank_tag ?? ""}
      theme={board?.theme ?? "light"}
      date={board ? new Date(board.created_at) : undefined}
      {...props}
    />
  );
}
