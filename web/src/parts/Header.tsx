import { settle } from "../state/attempt.ts";
import { forget } from "../state/draft.ts";
import { focusSoon } from "../state/focus.ts";
import { tell } from "../state/messages.ts";
import { finishDeletion } from "../state/opened.ts";
import { asksToSignIn } from "../state/sending.ts";
import { email, session, signOut } from "../state/session.ts";
import { Icon } from "./Icon.tsx";

export function Header() {
  return (
    <header class="top">
      <a class="brand" href="./">
        <img src="./icon.svg" alt="" width="36" height="36" />
        Vision Board
      </a>
      <nav aria-label="You">
        {session.value && <a class="quiet" href="#boards">My boards</a>}
        {session.value === null && (
          <button
            id="you"
            class="quiet"
            type="button"
            onClick={() => asksToSignIn.value = true}
          >
            Sign in
          </button>
        )}
        {session.value && <Account />}
      </nav>
    </header>
  );
}

function Account() {
  const leave = async () => {
    const deleted = await finishDeletion(); // while there is somebody who may
    await signOut();
    // signing out is for leaving a device: nothing stays on it
    forget();
    settle();
    tell(
      deleted
        ? "Signed out. Nothing of yours is kept on this device."
        : "Signed out. The board that you deleted could not be reached: you still have it.",
    );
    focusSoon("you");
  };
  return (
    <>
      <button
        id="you"
        class="round"
        type="button"
        popoverTarget="account"
        aria-label="Your account"
      >
        <Icon name="person" />
      </button>
      <div id="account" class="card menu" popover="auto">
        <p>
          Signed in as<br />
          <strong>{email.value}</strong>
        </p>
        <button class="second" type="button" onClick={leave}>Sign out</button>
      </div>
    </>
  );
}
