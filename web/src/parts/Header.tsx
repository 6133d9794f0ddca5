import { asksToSignIn } from "../making.ts";
import { forget } from "../draft.ts";
import { settle } from "../attempt.ts";
import { tell } from "../messages.ts";
import { email, session, signOut } from "../session.ts";
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
    await signOut();
    // signing out is for leaving a device: nothing stays on it
    forget();
    settle();
    tell("Signed out. Nothing of yours is kept on this device.");
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
