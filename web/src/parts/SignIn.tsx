import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { focusSoon } from "../state/focus.ts";
import { leaveSignIn } from "../state/making.ts";
import { asksToSignIn } from "../state/sending.ts";
import type { Outcome } from "../state/session.ts";
import { Icon } from "./Icon.tsx";
import { Modal } from "./Modal.tsx";
import { SignInForm } from "./SignInForm.tsx";

/** Signing in and up, asked for when a board is to be made, or from the header. */
export function SignIn() {
  const outcome = useSignal<Outcome | null>(null);
  const open = asksToSignIn.value;
  const mailed = outcome.value?.state === "mailed" ? outcome.value : null;
  const close = () => leaveSignIn(mailed !== null);
  useEffect(() => {
    if (!open) outcome.value = null;
  }, [open]);
  return (
    <Modal name="sign-in" open={open} class="card sign-in" back="you" onClose={close}>
      <button type="button" class="bare close" aria-label="Close" onClick={close}>
        <Icon name="close" />
      </button>
      {mailed && <Mailed to={mailed.to} onBack={() => outcome.value = null} />}
      <SignInForm outcome={outcome} hidden={mailed !== null} />
    </Modal>
  );
}

function Mailed({ to, onBack }: { to: string; onBack: () => void }) {
  useEffect(() => focusSoon("sign-in-title"), []);
  return (
    <>
      <h2 id="sign-in-title" tabIndex={-1}>Look into your mailbox</h2>
      <p>
        We sent a link to{" "}
        <strong>{to}</strong>. Open it on this device, and your board goes on where you left it.
      </p>
      <button
        class="link"
        type="button"
        onClick={() => {
          onBack();
          focusSoon("email");
        }}
      >
        Use another address
      </button>
    </>
  );
}
