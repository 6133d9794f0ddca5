import { uppermost } from "../state/layers.ts";
import { waiting } from "../state/making.ts";
import { online } from "../state/online.ts";
import { session } from "../state/session.ts";
import { staged } from "../state/stage.ts";
import { BoardDialog } from "./BoardDialog.tsx";
import { Composer } from "./Composer.tsx";
import { Gallery } from "./Gallery.tsx";
import { Header } from "./Header.tsx";
import { Icon } from "./Icon.tsx";
import { Messages } from "./Messages.tsx";
import { SignIn } from "./SignIn.tsx";
import { Stage } from "./Stage.tsx";

/** The whole page: what is being written or made, then the boards that there are. */
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
              ? "You are offline. Your goals are sent when you are back."
              : "You are offline. What you write is kept."}
          </span>
        )}
      </p>
      <main id="main" tabIndex={-1}>
        {staged.value ? <Stage /> : <Composer />}
        <Gallery />
      </main>
      <footer class="foot">
        Boards are private: only you see yours, until you share one.
      </footer>
      <SignIn />
      <BoardDialog />
      {uppermost.value === "page" && <Messages />}
    </>
  );
}
