import { name, rankTag, theme } from "../state/draft.ts";
import { lengthHint, lengthOf, LIMITS } from "../state/goal_text.ts";
import { Icon } from "./Icon.tsx";

/** What a board may have besides goals: a name, a rank tag and a theme. */
export function Details() {
  return (
    <div class="details">
      <TextField
        id="name"
        label="Your name"
        placeholder="Ava"
        value={name}
        limit={LIMITS.name}
        autocomplete="given-name"
      />
      <TextField
        id="tag"
        label="Rank tag"
        placeholder="@ava"
        value={rankTag}
        limit={LIMITS.rank_tag}
        autocomplete="off"
      />
      <fieldset class="themes">
        <legend>Paper</legend>
        <div>
          {(["light", "dark"] as const).map((option) => (
            <label key={option}>
              <input
                type="radio"
                name="theme"
                value={option}
                checked={theme.value === option}
                onChange={() => theme.value = option}
              />
              <span>
                <Icon name={option === "light" ? "sun" : "moon"} />
                {option === "light" ? "Day" : "Night"}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}

interface TextFieldProps {
  id: string;
  label: string;
  placeholder: string;
  value: typeof name;
  limit: number;
  autocomplete: "given-name" | "off";
}

function TextField({ id, label, value, limit, ...attributes }: TextFieldProps) {
  const isTooLong = lengthOf(value.value) > limit;
  return (
    <label class="line" for={id}>
      <span>
        {label}{" "}
        <small class={isTooLong ? "wrong" : ""}>
          {lengthHint(value.value, limit) || "optional"}
        </small>
      </span>
      <input
        id={id}
        dir="auto"
        aria-invalid={isTooLong}
        value={value.value}
        onInput={(event) => value.value = event.currentTarget.value}
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        {...attributes}
      />
    </label>
  );
}
