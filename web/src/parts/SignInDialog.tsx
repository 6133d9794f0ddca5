import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { focusSoon } from "../state/browser.ts";
import { closeSignIn } from "../state/create_board.ts";
import { signInOpen } from "../state/dialogs.ts";
import type { SignInResult } from "../state/session.ts";
import { Icon } from "./Icon.tsx";
import { Modal } from "./Modal.tsx";
import { SignInForm } from "./SignInForm.tsx";

/** Signing in and up, opened from the header or by asking for a board. */
export function SignInDialog() {
  const result = useSignal<SignInResult | null>(null);
  const open = signInOpen.value;
  const mailed = result.value?.state === "mailed" ? result.value : null;
  const close = () => closeSignIn(mailed !== null);
  useEffect(() => {
    if (!open) result.value = null;
  }, [open]);
  return (
    <Modal layer="sign-in" open={open} class="card sign-in" focusAfter="you" onClose={close}>
      <button type="button" class="bare close" aria-label="Close" onClick={close}>
        <Icon name="close" />
      </button>
      {mailed && <Mailed to={mailed.to} onBack={() => result.value = null} />}
      <SignInForm result={result} hidden={mailed !== null} />
    </Modal>
  );
}

function Mailed({ to, onBack }: { to: string; onBack: () => void }) {
  useEffect(() => focusSoon("sign-in-title"), []);
  const back = () => {
    onBack();
    focusSoon("email");
  };
  return (
    <>
      <h2 id="sign-in-title" tabIndex={-1}>Check your inbox</h2>
      <p>
        We sent a link to{" "}
        <strong>{to}</strong>. Open it on this device to pick up where you left off.
      </p>
      <button class="link" type="button" onClick={back}>Use another address</button>
    </>
  );
}
