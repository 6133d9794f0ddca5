/** Tokens and accounts, where lite differs from hosted Auth: see tokens.ts and admin_users.ts. */
import { assertEquals } from "@std/assert";
import { createRemoteJWKSet, importJWK, jwtVerify, SignJWT } from "jose";
import { join } from "node:path";
import postgres from "postgres";
import { client, QUIET, signUp, steps, withStack } from "./stack_support.ts";

const MIGRATION = `
create function public.me() returns json language sql
  as $$ select json_build_object('role', current_user, 'uid', auth.uid()) $$;
`;

Deno.test("accounts and tokens are as hosted Auth makes them", async (t) => {
  // Kept, because the test signs tokens with the stack's own key.
  const dir = await Deno.makeTempDir({ prefix: "vision-board-test-" });
  await Deno.chmod(dir, 0o755);
  await withStack({ "migrations/20260101000000_me.sql": MIGRATION }, async (stack) => {
    const step = steps(t);
    const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: apikey } = stack.env;
    const { supabase: ava, session, user } = await signUp(stack, "Ava@Example.com");
    const keys = JSON.parse(await Deno.readTextFile(join(dir, "keys.json")));
    const sql = postgres(stack.env.DATABASE_URL, { max: 1 });

    const me = (token: string) =>
      fetch(`${url}/rest/v1/rpc/me`, {
        method: "POST",
        headers: { apikey, authorization: `Bearer ${token}` },
      });
    const claims = {
      sub: user.id,
      role: "authenticated",
      iss: `${url}/auth/v1`,
      aud: "authenticated",
    };
    const signed = async (payload: Record<string, unknown>, key = keys.signing) =>
      await new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid: keys.signing.kid })
        .setIssuedAt().setExpirationTime(payload.exp as number ?? "1h")
        .sign(await importJWK(key, "ES256"));

    await step(
      "a user's token is ES256, has a kid and verifies against the published keys",
      async () => {
        const published = new URL(`${url}/auth/v1/.well-known/jwks.json`);
        const shown = (await (await fetch(published)).json()).keys;
        assertEquals(shown.some((key: object) => "d" in key), false, "no private part");
        const jwks = createRemoteJWKSet(published);
        const { payload, protectedHeader } = await jwtVerify(session.access_token, jwks, {
          issuer: `${url}/auth/v1`,
          audience: "authenticated",
        });
        assertEquals([protectedHeader.alg, protectedHeader.kid], ["ES256", keys.signing.kid]);
        assertEquals([payload.sub, payload.email, payload.role], [
          user.id,
          "ava@example.com",
          "authenticated",
        ]);
        assertEquals(payload.app_metadata, { provider: "email", providers: ["email"] });
      },
    );

    await step("metadata are JSON objects in the database", async () => {
      const [row] = await sql`select jsonb_typeof(raw_user_meta_data) as kind from auth.users`;
      assertEquals(row?.kind, "object");
    });

    await step("sign-in, refresh, getUser and sign-out work", async () => {
      const { data } = await ava.auth.signInWithPassword({
        email: "AVA@example.com",
        password: "a long password",
      });
      assertEquals(data.user?.id, user.id);
      const refreshed = await ava.auth.refreshSession();
      assertEquals((await me(refreshed.data.session!.access_token)).status, 200);
      assertEquals((await ava.auth.getUser()).data.user?.id, user.id);
      assertEquals((await ava.auth.signOut()).error, null);
    });

    await step(
      "a token of the stack's own key is accepted, others get PostgREST's codes",
      async () => {
        assertEquals((await (await me(await signed(claims))).json()).uid, user.id);
        const refused = [
          [await signed({ ...claims, exp: 1_700_000_000 }), "PGRST303"],
          [await signed({ ...claims, iss: "https://example.com/auth/v1" }), "PGRST301"],
          ["a.b.c", "PGRST301"],
        ];
        for (const [token, code] of refused) {
          const response = await me(token!);
          assertEquals([response.status, (await response.json()).code], [401, code]);
        }
      },
    );

    await step("the secret key alone makes, confirms, changes and deletes accounts", async () => {
      const { admin } = client(stack, "secret").auth;
      const made = await admin.createUser({
        email: "Ben@Example.com",
        password: "a long password",
      });
      const id = made.data.user!.id;
      assertEquals([made.data.user?.email, made.data.user?.email_confirmed_at], [
        "ben@example.com",
        null,
      ]);
      const again = await admin.createUser({ email: "ben@example.com" });
      assertEquals([again.error?.status, again.error?.code], [422, "email_exists"]);

      const changed = await admin.updateUserById(id, {
        email: "Benny@Example.com",
        email_confirm: true,
      });
      assertEquals(changed.data.user?.email, "benny@example.com");
      const { data } = await client(stack).auth.signInWithPassword({
        email: "benny@example.com",
        password: "a long password",
      });
      assertEquals(data.user?.id, id);

      const stranger = await ava.auth.admin.createUser({ email: "eve@example.com" });
      assertEquals(stranger.error?.status, 403);

      assertEquals((await admin.deleteUser(id)).error, null);
      assertEquals((await admin.deleteUser(id)).error?.status, 404);
      assertEquals(
        await sql`select from auth.identities where user_id = ${id}`.then((r) => r.length),
        0,
      );
    });

    await sql.end();
  }, { ...QUIET, dir });
  await Deno.remove(dir, { recursive: true });
});
