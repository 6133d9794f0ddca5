import { useRef } from "preact/hooks";
import { type Signal, useSignal } from "@preact/signals";
import { unanswered } from "../state/attempt.ts";
import { linkTrouble } from "../state/link.ts";
import { known, type Outcome, sendLink, sendsMail, signIn, signUp } from "../state/session.ts";

interface Props {
  outcome: Signal<Outcome | null>;
  /** Kept while it is not seen, with what was typed. */
  hidden: boolean;
}

/** Who somebody is: new here, known by a password, or by a link to their mailbox. */
export function SignInForm({ outcome, hidden }: Props) {
  // new is who wants a board and was never seen here; who presses "Sign in" says that they are not
  const isNew = useSignal(unanswered.peek() !== null && !known.peek() && !linkTrouble.peek());
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const field = (name: string) => form.current!.elements.namedItem(name) as HTMLInputElement;
  const trouble = outcome.value?.state === "refused" ? outcome.value.words : linkTrouble.value;

  // "in" closes the dialog: see making.ts, which hears of it from other tabs, too
  const run = async (way: () => Promise<Outcome>) => {
    if (busy.value) return;
    busy.value = true;
    linkTrouble.value = null;
    outcome.value = await way();
    busy.value = false;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [email, password] = [field("email").value.trim(), field("password").value];
    void run(() => isNew.value ? signUp(email, password) : signIn(email, password));
  };
  const link = () => {
    const email = field("email");
    if (email.reportValidity()) void run(() => sendLink(email.value.trim()));
  };
  const turn = () => {
    isNew.value = !isNew.value;
    outcome.value = linkTrouble.value = null;
  };

  return (
    <>
      {!hidden && <h2 id="sign-in-title">{isNew.value ? "Whose board is it?" : "Welcome back"}</h2>}
      <form ref={form} onSubmit={submit} hidden={hidden}>
        <p>
          {isNew.value
            ? "An account keeps your boards, and keeps them yours. What you wrote stays."
            : "Sign in, and it goes on where you left it."}
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
        <div role="alert">{trouble && <p class="help">{trouble}</p>}</div>
        <button class="first" type="submit" aria-disabled={busy.value}>
          {busy.value ? "One moment …" : isNew.value ? "Create account" : "Sign in"}
        </button>
        {sendsMail.value && (
          <button class="second" type="button" onClick={link}>
            Mail me a link instead
          </button>
        )}
        <button class="link" type="button" onClick={turn}>
          {isNew.value ? "I have an account already" : "I am new here"}
        </button>
      </form>
    </>
  );
}
