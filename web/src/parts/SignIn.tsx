import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { asksToSignIn, declined, signedIn } from "../making.ts";
import { known, type Outcome, sendLink, sendsMail, signIn, signUp } from "../session.ts";
import { Icon } from "./Icon.tsx";

/** Signing in and up, asked for when a board is to be made, or from the header. */
export function SignIn() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = asksToSignIn.value;
  useEffect(() => {
    if (open) dialog.current!.showModal();
    else dialog.current!.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="card sign-in"
      aria-labelledby="sign-in-title"
      onCancel={declined}
      onClick={(event) => event.target === dialog.current && declined()}
    >
      {open && <Form />}
    </dialog>
  );
}

function Form() {
  const isNew = useSignal(!known.peek());
  const busy = useSignal(false);
  const outcome = useSignal<Outcome | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const value = (field: string) =>
    (form.current!.elements.namedItem(field) as HTMLInputElement).value;

  const run = async (way: () => Promise<Outcome>) => {
    if (busy.value) return;
    busy.value = true;
    outcome.value = await way();
    busy.value = false;
    if (outcome.value.state === "in") signedIn();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [email, password] = [value("email").trim(), value("password")];
    void run(() => isNew.value ? signUp(email, password) : signIn(email, password));
  };
  const link = () => {
    const field = form.current!.elements.namedItem("email") as HTMLInputElement;
    if (field.reportValidity()) void run(() => sendLink(value("email").trim()));
  };

  return (
    <>
      <button
        type="button"
        class="bare close"
        aria-label="Close"
        onClick={declined}
      >
        <Icon name="close" />
      </button>
      {outcome.value?.state === "mailed"
        ? (
          <div role="status">
            <h2 id="sign-in-title">Look into your mailbox</h2>
            <p>
              We sent a link to{" "}
              <strong>{value("email")}</strong>. Open it on this device, and your board goes on
              where you left it.
            </p>
          </div>
        )
        : (
          <h2 id="sign-in-title">
            {isNew.value ? "Whose board is it?" : "Welcome back"}
          </h2>
        )}
      <form
        ref={form}
        onSubmit={submit}
        hidden={outcome.value?.state === "mailed"}
      >
        <p>
          {isNew.value
            ? "An account keeps your boards, and keeps them yours. What you wrote stays."
            : "Sign in, and it goes on where you left it."}
        </p>
        <label>
          Email
          <input
            name="email"
            type="email"
            autocomplete="email"
            required
            maxLength={320}
          />
        </label>
        <label>
          <span>
            Password {isNew.value && <small>8 characters or more</small>}
          </span>
          <input
            name="password"
            type="password"
            autocomplete={isNew.value ? "new-password" : "current-password"}
            minLength={isNew.value ? 8 : undefined}
            required
          />
        </label>
        <div role="alert">
          {outcome.value?.state === "refused" && <p class="help">{outcome.value.words}</p>}
        </div>
        <button class="first" type="submit" aria-disabled={busy.value}>
          {busy.value ? "One moment …" : isNew.value ? "Create account" : "Sign in"}
        </button>
        {sendsMail.value && (
          <button class="second" type="button" onClick={link}>
            Mail me a link instead
          </button>
        )}
        <button
          class="link"
          type="button"
          onClick={() => {
            isNew.value = !isNew.value;
            outcome.value = null;
          }}
        >
          {isNew.value ? "I have an account already" : "I am new here"}
        </button>
      </form>
    </>
  );
}
