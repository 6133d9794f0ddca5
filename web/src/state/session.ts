/** Who is signed in, and how people sign in and out. */
import { computed, signal } from "@preact/signals";
import type { AuthError, Session } from "@supabase/supabase-js";
import { kept } from "./kept.ts";
import { settings, supabase } from "../supabase.ts";

/** `undefined` until it is known. */
export const session = signal<Session | null | undefined>(undefined);
/** The account's id: stays the same when the session is renewed. */
export const userId = computed(() => session.value?.user.id ?? null);
export const email = computed(() => session.value?.user.email ?? "");
/** Another one with each sign-in and renewal. */
export const token = computed(() => session.value?.access_token ?? null);
/** Whether somebody signed in on this device before: then the dialog opens on "Sign in". */
export const known = kept("known", false);
/** Whether the project sends mail. Only then is there a magic link; unknown counts as no. */
export const sendsMail = signal(false);

supabase.auth.onAuthStateChange((_event, now) => {
  session.value = now;
  if (now) known.value = true;
});

fetch(`${settings.url}/auth/v1/settings`, { headers: { apikey: settings.key } })
  .then((answer) => answer.json())
  // addresses that need no confirmation are the sign of a project without a mailbox
  .then(({ mailer_autoconfirm: without }) => sendsMail.value = without === false)
  .catch(() => {});

/** What became of an attempt to sign in: in, a mail to be opened, or words that help. */
export type Outcome =
  | { state: "in" }
  | { state: "mailed"; to: string }
  | { state: "refused"; words: string };

const back = () => ({ emailRedirectTo: location.origin + location.pathname });

export async function signUp(
  email: string,
  password: string,
): Promise<Outcome> {
  const { data, error } = await supabase.auth.signUp({
    email,
    password,
    options: back(),
  });
  if (error) return refused(error);
  if (data.session) return { state: "in" };
  // so that nobody can find out who has an account, a taken address is no error; but no mail is sent
  const isTaken = data.user?.identities?.length === 0;
  return isTaken ? { state: "refused", words: TAKEN } : { state: "mailed", to: email };
}

export async function signIn(
  email: string,
  password: string,
): Promise<Outcome> {
  const { error } = await supabase.auth.signInWithPassword({ email, password });
  return error ? refused(error) : { state: "in" };
}

export async function sendLink(email: string): Promise<Outcome> {
  const { error } = await supabase.auth.signInWithOtp({
    email,
    options: back(),
  });
  return error ? refused(error) : { state: "mailed", to: email };
}

/** Signs out here; other devices stay signed in. Works offline, too. */
export const signOut = () => supabase.auth.signOut({ scope: "local" });

const TAKEN = "There is an account with this address already: sign in instead.";
const WORDS: Record<string, string> = {
  invalid_credentials:
    "Address and password do not fit together. Are you new here? Create an account.",
  user_already_exists: TAKEN,
  email_exists: TAKEN,
  weak_password: "That password is too easy to guess. Make it longer, with 8 characters at least.",
  email_not_confirmed: "Open the link in the mail that we sent you first. Then sign in.",
  email_address_invalid: "This does not look like an email address.",
  validation_failed: "This does not look like an email address.",
  email_address_not_authorized:
    "We cannot send mail to this address yet. Whoever runs this page has to set up its mail first.",
  signup_disabled: "New accounts are not taken at the moment.",
  over_email_send_rate_limit: "We sent several mails already. Please wait a few minutes.",
  over_request_rate_limit: "That was often. Please wait a few minutes.",
};

function refused(error: AuthError): Outcome {
  const offline = error.name === "AuthRetryableFetchError";
  const words = offline
    ? "No answer came. Check your connection and try again; what you wrote is kept."
    : WORDS[error.code ?? ""] ?? error.message;
  return { state: "refused", words };
}
