import { focusSoon } from "../state/browser.ts";
import { forgetRequest } from "../state/create_board.ts";
import { finishDeletion } from "../state/deletion.ts";
import { signInOpen } from "../state/dialogs.ts";
import { clearDraft } from "../state/draft.ts";
import { showMessage } from "../state/messages.ts";
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
            onClick={() => signInOpen.value = true}
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
    const isDeleted = await finishDeletion(); // while somebody who may delete is signed in
    await signOut();
    // people sign out to leave a device: nothing stays on it
    clearDraft();
    forgetRequest();
    showMessage(
      isDeleted
        ? "Signed out. Nothing of yours is left on this device."
        : "Signed out. Your board could not be deleted: you still have it.",
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
        <button class="secondary" type="button" onClick={leave}>Sign out</button>
      </div>
    </>
  );
}
