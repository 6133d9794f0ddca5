/**
 * Refuses settings that no page can be built with: what is wrong in one sentence, before anything is public.
 * @throws {Error} if the URL is none, or the key is a secret one, which a page would show to everybody
 */
export function checkSettings(url: string, key: string): void {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new Error("VITE_SUPABASE_URL is not a URL: it looks like https://abcdefgh.supabase.co.");
  }
  if (key.startsWith("sb_secret_") || roleOf(key) === "service_role") {
    throw new Error(
      "VITE_SUPABASE_PUBLISHABLE_KEY is a secret key: everybody who opens the page could read it. " +
        "Take the publishable one.",
    );
  }
}

/** The role that a legacy key, which is a JWT, gives; none for the keys of today. */
function roleOf(key: string): unknown {
  try {
    return JSON.parse(atob(key.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))).role;
  } catch {
    return null;
  }
}
