import { name, tag, theme } from "../state/draft.ts";
import { count, LONGEST, room } from "../state/goals.ts";
import { Icon } from "./Icon.tsx";

/** What a board may have besides goals: a name, a rank tag, and day or night. */
export function Details() {
  return (
    <div class="details">
      <Line
        id="name"
        label="Your name"
        hint="Ava"
        value={name}
        most={LONGEST.name}
        complete="given-name"
      />
      <Line
        id="tag"
        label="Rank tag"
        hint="@ava"
        value={tag}
        most={LONGEST.tag}
        complete="off"
      />
      <fieldset class="themes">
        <legend>Paper</legend>
        <div>
          {(["light", "dark"] as const).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="theme"
                value={one}
                checked={theme.value === one}
                onChange={() => theme.value = one}
              />
              <span>
                <Icon name={one === "light" ? "sun" : "moon"} />
                {one === "light" ? "Day" : "Night"}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}

interface LineProps {
  id: string;
  label: string;
  hint: string;
  value: typeof name;
  most: number;
  complete: "given-name" | "off";
}

function Line({ id, label, hint, value, most, complete }: LineProps) {
  const left = room(value.value, most);
  const wrong = count(value.value) > most;
  return (
    <label class="line" for={id}>
      <span>
        {label} <small class={wrong ? "wrong" : ""}>{left || "optional"}</small>
      </span>
      <input
        id={id}
        dir="auto"
        placeholder={hint}
        autocomplete={complete}
        aria-invalid={wrong}
        value={value.value}
        onInput={(event) => value.value = event.currentTarget.value}
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      />
    </label>
  );
}
