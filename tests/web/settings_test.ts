/** What the page may be built with. */
import { assertEquals, assertThrows } from "@std/assert";
import { checkSettings } from "../../web/settings.ts";

const url = "https://abcdefgh.supabase.co";
const legacy = (role: string) => `eyJhbGciOiJIUzI1NiJ9.${btoa(JSON.stringify({ role }))}.c2ln`;

Deno.test("a page is built with a publishable key, today's or a legacy one", () => {
  for (const key of ["sb_publishable_abc", legacy("anon")]) checkSettings(url, key);
  checkSettings("http://127.0.0.1:54321", "sb_publishable_abc");
});

Deno.test("no page is built with a secret key, and no error shows it", () => {
  for (const key of ["sb_secret_abc", legacy("service_role")]) {
    const error = assertThrows(() => checkSettings(url, key), Error, "is a secret key") as Error;
    assertEquals(error.message.includes(key), false);
  }
});

Deno.test("a URL that is none is named in a sentence", () => {
  for (
    const wrong of ["https://<ref>.supabase.co", "abcdefgh.supabase.co", "ftp://a.example", ""]
  ) {
    assertThrows(
      () => checkSettings(wrong, "sb_publishable_abc"),
      Error,
      "VITE_SUPABASE_URL is not",
    );
  }
});
