import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { unanswered } from "../state/create_board.ts";
import { LIMITS } from "../state/goal_text.ts";
import {
  linkError,
  sendLink,
  sendsMail,
  signedInBefore,
  signIn,
  type SignInResult,
  signUp,
} from "../state/session.ts";

interface Props {
  result: Signal<SignInResult | null>;
  /** Keeps what was typed while it is not shown. */
  hidden: boolean;
}

/** An account with a password, new or existing, or a link by email. */
export function SignInForm({ result, hidden }: Props) {
  // new people ask for a board first; those who press "Sign in" say that they have an account
  const isNew = useSignal(
    unanswered.peek() !== null && !signedInBefore.peek() && !linkError.peek(),
  );
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const field = (name: string) => form.current!.elements.namedItem(name) as HTMLInputElement;
  const error = result.value?.state === "refused" ? result.value.reason : linkError.value;

  // create.ts closes the dialog once somebody is signed in, in another tab, too
  const run = async (action: () => Promise<SignInResult>) => {
    if (busy.value) return;
    busy.value = true;
    linkError.value = null;
    result.value = await action();
    busy.value = false;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [email, password] = [field("email").value.trim(), field("password").value];
    void run(() => isNew.value ? signUp(email, password) : signIn(email, password));
  };
  const mailLink = () => {
    const email = field("email");
    if (email.reportValidity()) void run(() => sendLink(email.value.trim()));
  };
  const toggle = () => {
    isNew.value = !isNew.value;
    result.value = linkError.value = null;
  };

  return (
    <>
      {!hidden && <h2 id="sign-in-title">{isNew.value ? "Whose board is it?" : "Welcome back"}</h2>}
      <form ref={form} onSubmit={submit} hidden={hidden}>
        <p>
          {isNew.value
            ? "An account keeps your boards, and keeps them private. What you wrote is saved."
            : "Sign in to pick up where you left off."}
        </p>
        <label>
          Email
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="email"
            autofocus
            required
            maxLength={LIMITS.email}
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
        <div role="alert">{error && <p class="notice">{error}</p>}</div>
        <button class="primary" type="submit" aria-disabled={busy.value}>
          {busy.value ? "One moment…" : isNew.value ? "Create account" : "Sign in"}
        </button>
        {sendsMail.value && (
          <button class="secondary" type="button" onClick={mailLink}>
            Email me a link instead
          </button>
        )}
        <button class="link" type="button" onClick={toggle}>
          {isNew.value ? "I already have an account" : "I am new here"}
        </button>
      </form>
    </>
  );
}
