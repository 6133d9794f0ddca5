/** Tokens and accounts, where lite differs from hosted Auth: see local/supabase/tokens.ts and admin_users.ts. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createRemoteJWKSet, importJWK, jwtVerify, SignJWT, UnsecuredJWT } from "jose";
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
        const jwks = createRemoteJWKSet(new URL(`${url}/auth/v1/.well-known/jwks.json`));
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

    await step("the published keys carry nothing private", async () => {
      const { keys: published } = await (await fetch(`${url}/auth/v1/.well-known/jwks.json`))
        .json();
      assertEquals(published.map((key: Record<string, unknown>) => "d" in key), [false]);
    });

    await step("addresses are kept in lower case and are confirmed, as without mail", async () => {
      const { data } = await ava.auth.getUser();
      assertEquals(data.user?.email, "ava@example.com");
      assert(data.user?.email_confirmed_at);
    });

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
      "a token of the stack's own key is accepted, which the following refusals build on",
      async () => {
        const response = await me(await signed(claims));
        assertEquals((await response.json()).uid, user.id);
      },
    );

    const { d: _, ...header } = keys.signing;
    const other = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
      "sign",
      "verify",
    ]);
    const refused: Record<string, string> = {
      "without a signature": new UnsecuredJWT({ ...claims, role: "service_role" })
        .setExpirationTime("1h").encode(),
      "signed by another key": await signed(claims, {
        ...header,
        ...await crypto.subtle.exportKey("jwk", other.privateKey),
      }),
      "expired": await signed({ ...claims, exp: 1_700_000_000 }),
      "from another issuer": await signed({ ...claims, iss: "https://example.com/auth/v1" }),
      "with a changed payload": session.access_token.replace(
        /\.[^.]+\./,
        `.${btoa(JSON.stringify({ ...claims, role: "service_role" })).replace(/=+$/, "")}.`,
      ),
      "signed with the inner HS256 secret": await new SignJWT({ ...claims, role: "service_role" })
        .setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(
          new TextEncoder().encode(keys.internal),
        ),
      "that is no token": "a.b.c",
    };
    for (const [kind, token] of Object.entries(refused)) {
      await step(`a token ${kind} is refused everywhere`, async () => {
        const rest = await me(token);
        assertEquals(rest.status, 401);
        assertEquals((await rest.json()).code, kind === "expired" ? "PGRST303" : "PGRST301");
        const auth = await fetch(`${url}/auth/v1/user`, {
          headers: { apikey, authorization: `Bearer ${token}` },
        });
        assert([401, 403].includes(auth.status));
        await auth.body?.cancel();
        const storage = await fetch(`${url}/storage/v1/object/sign/any/any`, {
          method: "POST",
          headers: { apikey, authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({ expiresIn: 60 }),
        });
        assert([400, 401].includes(storage.status));
        await storage.body?.cancel();
      });
    }

    await step("the secret key makes, confirms, changes and deletes accounts", async () => {
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

      assertEquals((await admin.deleteUser(id)).error, null);
      assertEquals((await admin.deleteUser(id)).error?.status, 404);
      assertEquals(
        await sql`select from auth.identities where user_id = ${id}`.then((r) => r.length),
        0,
      );
    });

    await step("nobody else may do so", async () => {
      const body = JSON.stringify({ email: "eve@example.com" });
      for (const authorization of [`Bearer ${session.access_token}`, `Bearer ${apikey}`]) {
        const response = await fetch(`${url}/auth/v1/admin/users`, {
          method: "POST",
          headers: { apikey, authorization },
          body,
        });
        assertEquals(response.status, 403);
        await response.body?.cancel();
      }
      await assertRejects(async () => {
        const { error } = await ava.auth.admin.deleteUser(user.id);
        if (error) throw error;
      });
      assertEquals(
        await sql`select from auth.users where id = ${user.id}`.then((r) => r.length),
        1,
      );
    });

    await sql.end();
  }, { ...QUIET, dir });
  await Deno.remove(dir, { recursive: true });
});
