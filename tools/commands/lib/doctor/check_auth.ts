import { type Deployment, soon } from "./deployment.ts";
import { type Check, fail, NotCheckedError, ok, warn } from "./finding.ts";

const keys: Check<Deployment> = {
  label: "Keys",
  async run({ keys, project, supabaseUrl }) {
    const { publishable } = await keys();
    const page = "the dashboard's Settings, API Keys";
    if (!publishable) {
      return fail(`the project has only legacy keys. Create publishable and secret ones: ${page}.`);
    }
    const headers = { apikey: publishable };
    const settings = await fetch(`${supabaseUrl}/auth/v1/settings`, { headers, signal: soon() });
    await settings.body?.cancel();
    if (!settings.ok) {
      return fail(`the publishable key is refused (${settings.status}): see ${page}.`);
    }
    if (project.secrets.ALLOW_GUESTS === undefined || project.secrets.ALLOW_GUESTS === "false") {
      return ok("publishable and secret");
    }
    // an empty request of a guest: its key is looked at first
    const url = `${project.functionsUrl}/create-job`;
    const answer = await fetch(url, { method: "POST", headers, body: "{}", signal: soon() });
    await answer.body?.cancel();
    return answer.status === 400
      ? ok("publishable and secret; guests are let in with the publishable one")
      : fail(
        `guests are refused (${answer.status}): create-job does not know the publishable key.`,
      );
  },
};

const sessions: Check<Deployment> = {
  label: "Sessions",
  async run({ supabaseUrl, project }) {
    if (!project.ref) throw new NotCheckedError("the project is not known: see Variables.");
    const url = `${supabaseUrl}/auth/v1/.well-known/jwks.json`;
    const answer = await (await fetch(url, { signal: soon() })).json().catch(() => null);
    return answer?.keys?.length > 0
      ? ok("the project has asymmetric signing keys; --board tries one")
      : fail(
        "are signed with the legacy JWT secret, which the functions cannot verify. Migrate, then rotate: " +
          "the dashboard's Settings, JWT Keys.",
      );
  },
};

const settings: Check<Deployment> = {
  label: "Sign-up",
  async run({ authSettings }) {
    const { confirmations, passwordLength } = await authSettings();
    const page = "Authentication, Sign In / Providers, Email";
    const short =
      `Passwords of ${passwordLength} characters are taken: set 8, as the page asks for. ${page}.`;
    if (!confirmations) {
      return fail(
        "addresses count as confirmed without a mail, so that anybody gets the boards of anybody's " +
          `address. Turn "Confirm email" on: ${page}.${passwordLength < 8 ? ` ${short}` : ""}`,
      );
    }
    if (passwordLength < 8) return warn(short);
    return ok(`addresses are confirmed, passwords have ${passwordLength} characters`);
  },
};

const urls: Check<Deployment> = {
  label: "Site URL",
  async run({ authSettings }) {
    const { siteUrl, redirectUrls } = await authSettings();
    const page = "Authentication, URL Configuration";
    if (isLocal(siteUrl)) {
      return warn(
        `is ${siteUrl}: the links in mails lead there. Set your page's address: ${page}.`,
      );
    }
    const local = redirectUrls.filter(isLocal);
    return local.length > 0
      ? warn(`${siteUrl}; redirects go to ${local.join(", ")}, too. Fine for a trial: ${page}.`)
      : ok(siteUrl);
  },
};

const isLocal = (url: string) =>
  /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(url) || !url;

export const authChecks = [keys, sessions, settings, urls];
