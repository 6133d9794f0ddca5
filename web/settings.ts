/**
 * Refuses settings that the page cannot or must not be built with.
 * @throws {Error} if the URL is not one, or the key is secret: a page would show it to everybody
 */
export function checkSettings(url: string, key: string): void {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new Error("VITE_SUPABASE_URL is not a URL like https://abcdefgh.supabase.co.");
  }
  if (key.startsWith("sb_secret_") || roleOf(key) === "service_role") {
    throw new Error(
      "VITE_SUPABASE_PUBLISHABLE_KEY is a secret key: everybody who opens the page could read it. " +
        "Use the publishable key.",
    );
  }
}

/** The role in a legacy key, which is a JWT; null for the keys of today. */
function roleOf(key: string): unknown {
  try {
    return JSON.parse(atob(key.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))).role;
  } catch {
    return null;
  }
}
