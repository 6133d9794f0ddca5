/** What the page may be built with. */
import { assertEquals, assertThrows } from "@std/assert";
import { checkSettings } from "../../web/settings.ts";

const url = "https://abcdefgh.supabase.co";
const legacy = (role: string) => `eyJhbGciOiJIUzI1NiJ9.${btoa(JSON.stringify({ role }))}.c2ln`;

Deno.test("publishable keys of both kinds are accepted", () => {
  for (const key of ["sb_publishable_abc", legacy("anon")]) checkSettings(url, key);
  checkSettings("http://127.0.0.1:54321", "sb_publishable_abc");
});

Deno.test("secret keys are refused, and not quoted", () => {
  for (const key of ["sb_secret_abc", legacy("service_role")]) {
    const error = assertThrows(() => checkSettings(url, key), Error, "is a secret key") as Error;
    assertEquals(error.message.includes(key), false);
  }
});

Deno.test("URLs that are not http or https are refused", () => {
  for (
    const wrong of ["https://<ref>.supabase.co", "abcdefgh.supabase.co", "ftp://a.example", ""]
  ) {
    const check = () => checkSettings(wrong, "sb_publishable_abc");
    assertThrows(check, Error, "VITE_SUPABASE_URL is not");
  }
});
