import { focusSoon } from "../state/browser.ts";
import { makeBoardOfList, notice, sending } from "../state/create_board.ts";
import { signInOpen } from "../state/dialogs.ts";

/** What went wrong, and what to do. Read out when it appears. */
export function NoticeBox() {
  if (!notice.value) return <div role="alert" />;
  const { title, text, action } = notice.value;
  const tryAgain = () => {
    makeBoardOfList();
    focusSoon("make"); // this box goes
  };
  return (
    <div role="alert">
      <div class="notice">
        <p>
          <strong>{title}</strong>
          {text}
        </p>
        {action === "again" && (
          <button
            type="button"
            class="secondary"
            aria-disabled={sending.value}
            onClick={tryAgain}
          >
            Try again
          </button>
        )}
        {action === "sign-in" && (
          <button
            type="button"
            class="secondary"
            onClick={() => signInOpen.value = true}
          >
            Sign in
          </button>
        )}
      </div>
    </div>
  );
}
