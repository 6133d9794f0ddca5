/** Who is signed in, and how people sign in and out. */
import { computed, signal } from "@preact/signals";
import type { AuthError, Session } from "@supabase/supabase-js";
import { settings, supabase } from "../supabase.ts";
import { persisted } from "./persisted.ts";

/** `undefined` until it is known. */
export const session = signal<Session | null | undefined>(undefined);
/** The account's id: stays the same when the session is renewed. */
export const userId = computed(() => session.value?.user.id ?? null);
export const email = computed(() => session.value?.user.email ?? "");
/** A new one with each sign-in and renewal. */
export const accessToken = computed(() => session.value?.access_token ?? null);
/** Whether somebody has signed in on this device before: then the dialog opens on "Sign in". */
export const signedInBefore = persisted("known", false);
/** Whether the project sends mail. Only then is there a magic link; unknown counts as no. */
export const sendsMail = signal(false);

supabase.auth.onAuthStateChange((_event, now) => {
  session.value = now;
  if (now) signedInBefore.value = true;
});

fetch(`${settings.url}/auth/v1/settings`, { headers: { apikey: settings.key } })
  .then((answer) => answer.json())
  // a project that needs no confirmed addresses probably has no mail
  .then(({ mailer_autoconfirm }) => sendsMail.value = mailer_autoconfirm === false)
  .catch(() => {});

// Supabase puts the error of a link that did not work into the page's address.
const hash = new URLSearchParams(location.hash.slice(1));
const linkErrorCode = hash.get("error_code") ?? hash.get("error");
/** Why a link from an email did not work. In our words: anybody can write those in an address. */
export const linkError = signal<string | null>(
  linkErrorCode &&
    (linkErrorCode === "otp_expired"
      ? "That link has already been used or has expired. Sign in, or ask for a new one."
      : "That link did not work. Sign in, or ask for a new one."),
);
// once: not again after a reload, or from a bookmark
if (linkErrorCode) history.replaceState(null, "", location.pathname + location.search);

export type SignInResult =
  | { state: "signed-in" }
  /** An email with a link is on its way. */
  | { state: "mailed"; to: string }
  | { state: "refused"; reason: string };

const redirect = () => ({ emailRedirectTo: location.origin + location.pathname });

export async function signUp(email: string, password: string): Promise<SignInResult> {
  const { data, error } = await supabase.auth.signUp({ email, password, options: redirect() });
  if (error) return refusal(error);
  if (data.session) return { state: "signed-in" };
  // a taken address is no error, so that nobody learns who has an account; but no mail is sent
  const isTaken = data.user?.identities?.length === 0;
  return isTaken ? { state: "refused", reason: TAKEN } : { state: "mailed", to: email };
}

export async function signIn(email: string, password: string): Promise<SignInResult> {
  const { error } = await supabase.auth.signInWithPassword({ email, password });
  return error ? refusal(error) : { state: "signed-in" };
}

export async function sendLink(email: string): Promise<SignInResult> {
  const { error } = await supabase.auth.signInWithOtp({ email, options: redirect() });
  return error ? refusal(error) : { state: "mailed", to: email };
}

/** Signs out on this device only. Works offline, too. */
export const signOut = () => supabase.auth.signOut({ scope: "local" });

const TAKEN = "There is already an account with this address. Sign in instead.";
const NO_ADDRESS = "That does not look like an email address.";
const REASONS: Record<string, string> = {
  invalid_credentials: "That email and password do not match. New here? Create an account.",
  user_already_exists: TAKEN,
  email_exists: TAKEN,
  weak_password: "That password is too easy to guess. Choose a longer one, at least 8 characters.",
  email_not_confirmed: "First open the link in the email we sent you. Then sign in.",
  email_address_invalid: NO_ADDRESS,
  validation_failed: NO_ADDRESS,
  email_address_not_authorized:
    "We cannot send email to this address yet. The owner of this site has to set up email first.",
  signup_disabled: "Sign-ups are closed at the moment.",
  over_email_send_rate_limit: "We have already sent several emails. Please wait a few minutes.",
  over_request_rate_limit: "Too many attempts. Please wait a few minutes.",
};

function refusal(error: AuthError): SignInResult {
  const isOffline = error.name === "AuthRetryableFetchError";
  const reason = isOffline
    ? "We got no answer. Check your connection and try again. What you wrote is saved."
    : REASONS[error.code ?? ""] ?? error.message;
  return { state: "refused", reason };
}
