import { online } from "../state/browser.ts";
import { waiting } from "../state/create_board.ts";
import { showsBoard } from "../state/current_board.ts";
import { topLayer } from "../state/dialogs.ts";
import { session } from "../state/session.ts";
import { BoardDialog } from "./BoardDialog.tsx";
import { Composer } from "./Composer.tsx";
import { CurrentBoard } from "./CurrentBoard.tsx";
import { Gallery } from "./Gallery.tsx";
import { Header } from "./Header.tsx";
import { Icon } from "./Icon.tsx";
import { Messages } from "./Messages.tsx";
import { SignInDialog } from "./SignInDialog.tsx";

/** The whole page: the form, or the board being made; then the boards that exist. */
export function App() {
  return (
    <>
      <a class="skip" href="#main">Skip to the board</a>
      <Header />
      <p class="offline" role="status">
        {!online.value && (
          <span>
            <Icon name="offline" />
            {waiting.value && session.value
              ? "You are offline. Your goals will be sent when you are back."
              : "You are offline. What you write is saved."}
          </span>
        )}
      </p>
      <main id="main" tabIndex={-1}>
        {showsBoard.value ? <CurrentBoard /> : <Composer />}
        <Gallery />
      </main>
      <footer class="foot">Boards are private: only you see yours, until you share one.</footer>
      <SignInDialog />
      <BoardDialog />
      {topLayer.value === "page" && <Messages />}
    </>
  );
}
