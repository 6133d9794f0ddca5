import { focusSoon } from "../state/focus.ts";
import { again } from "../state/making.ts";
import { asksToSignIn, help, sending } from "../state/sending.ts";

/** What went wrong, and what helps. Read out when it comes. */
export function HelpBox() {
  const it = help.value;
  return (
    <div role="alert">
      {it && (
        <div class="help">
          <p>
            <strong>{it.title}</strong>
            {it.text}
          </p>
          {it.action === "again" && (
            <button
              type="button"
              class="second"
              aria-disabled={sending.value}
              onClick={() => {
                again();
                focusSoon("make"); // this box goes
              }}
            >
              Try again
            </button>
          )}
          {it.action === "sign-in" && (
            <button
              type="button"
              class="second"
              onClick={() => asksToSignIn.value = true}
            >
              Sign in
            </button>
          )}
        </div>
      )}
    </div>
  );
}
