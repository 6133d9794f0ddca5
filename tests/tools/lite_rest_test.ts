/** One guard for each way in which lite's Data API differs from hosted Supabase: see local-stack/supabase. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import postgres from "postgres";
import { client, signUp, steps, until, withStack } from "./stack_support.ts";

const MIGRATION = `
create table public.ledger (id integer primary key);
alter table public.ledger enable row level security;
revoke all on public.ledger from anon, authenticated;
insert into public.ledger values (1);

create table public.notes (
  id integer generated always as identity primary key,
  owner uuid not null default auth.uid(),
  body text unique check (length(body) < 10),
  tags jsonb,
  at timestamptz not null default '2026-11-23 19:32:59.5+00'
);
alter table public.notes enable row level security;
revoke all on public.notes from anon;
create policy "own notes" on public.notes to authenticated
  using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
alter publication supabase_realtime add table public.notes;

create function public.kind(value jsonb) returns text language sql as $$ select jsonb_typeof(value) $$;
create function public.fail(state text) returns void language plpgsql as $$
begin raise exception 'no luck' using errcode = state, detail = 'why', hint = 'try'; end $$;
create function public.me() returns json language sql as $$
  select json_build_object('uid', auth.uid(), 'role', auth.role(), 'user', current_user,
    'claims', auth.jwt() ->> 'sub', 'email', auth.jwt() ->> 'email')
$$;
create function public.limits() returns json language sql as $$
  select json_build_array(current_setting('statement_timeout'), current_setting('lock_timeout'))
$$;
create function public.wait(seconds float) returns void language sql as $$ select pg_sleep(seconds) $$;
create function public.random_bytes() returns text language sql
  as $$ select encode(extensions.gen_random_bytes(4), 'hex') $$;
`;

// As PostgREST maps them.
const STATUSES = [
  ["P0001", 400],
  ["VB001", 400],
  ["28000", 403],
  ["40001", 500],
  ["57014", 500],
] as const;

Deno.test("the Data API answers as hosted Supabase does", async (t) => {
  await withStack({ "migrations/20260101000000_notes.sql": MIGRATION }, async (stack) => {
    const step = steps(t);
    const anon = client(stack);
    const { supabase: ava, user } = await signUp(stack, "Ava@Example.com");
    const secret = client(stack, "secret");
    const sql = postgres(stack.env.DATABASE_URL, { max: 1, onnotice: () => {} });

    await step("anon gets 401 and 42501 where a migration revoked its grant", async () => {
      const { error, status } = await anon.from("notes").select();
      assertEquals([status, error?.code], [401, "42501"]);
      const inserted = await anon.from("ledger").insert({ id: 2 });
      assertEquals([inserted.status, inserted.error?.code], [401, "42501"]);
    });

    await step("a user without the grant gets 403, the secret key passes", async () => {
      const { error, status } = await ava.from("ledger").select();
      assertEquals([status, error?.code], [403, "42501"]);
      assertEquals((await secret.from("ledger").select()).data, [{ id: 1 }]);
    });

    await step("a key counts with and without its repetition as a bearer token", async () => {
      const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY } = stack.env;
      const keys = [[SUPABASE_PUBLISHABLE_KEY, "anon"], [SUPABASE_SECRET_KEY, "service_role"]];
      for (const [key, role] of keys) {
        const forms: HeadersInit[] = [
          { apikey: key! },
          { apikey: key!, authorization: `Bearer ${key}` },
        ];
        for (const headers of forms) {
          const response = await fetch(`${SUPABASE_URL}/rest/v1/rpc/me`, {
            method: "POST",
            headers,
          });
          assertEquals((await response.json()).user, role);
        }
      }
    });

    await step("timestamps are ISO 8601 with a T and +00:00", async () => {
      const { data } = await ava.from("notes").insert({ body: "one" }).select("at").single();
      assertEquals(data?.at, "2026-11-23T19:32:59.5+00:00");
    });

    await step("a check violation is 400 with 23514, a duplicate 409 with 23505", async () => {
      const check = await ava.from("notes").insert({ body: "far too long" });
      assertEquals([check.status, check.error?.code], [400, "23514"]);
      assertMatch(check.error!.message, /violates check constraint "notes_body_check"/);
      const duplicate = await ava.from("notes").insert({ body: "one" });
      assertEquals([duplicate.status, duplicate.error?.code], [409, "23505"]);
    });

    for (const [state, status] of STATUSES) {
      await step(`SQLSTATE ${state} is ${status}, with its message, detail and hint`, async () => {
        const answer = await ava.rpc("fail", { state });
        assertEquals(answer.status, status);
        const { code, message, details, hint } = answer.error!;
        assertEquals([code, message, details, hint], [state, "no luck", "why", "try"]);
      });
    }

    await step("JSON arrives as JSON, not as text in a JSON string", async () => {
      assertEquals((await ava.rpc("kind", { value: ["a", "b"] })).data, "array");
      assertEquals((await ava.rpc("kind", { value: { a: 1 } })).data, "object");
      assertEquals((await ava.rpc("kind", { value: "words" })).data, "string");
      const { data } = await ava.from("notes").insert({ body: "two", tags: ["x"] }).select("tags")
        .single();
      assertEquals(data?.tags, ["x"]);
      const [row] =
        await sql`select jsonb_typeof(tags) as tags from public.notes where body = 'two'`;
      assertEquals(row?.tags, "array");
    });

    await step("auth.uid(), auth.role() and auth.jwt() know the caller", async () => {
      assertEquals((await ava.rpc("me")).data, {
        uid: user.id,
        role: "authenticated",
        user: "authenticated",
        claims: user.id,
        email: "ava@example.com",
      });
      assertEquals((await anon.rpc("me")).data.uid, null);
    });

    await step(
      "auth.uid(), auth.role() and auth.email() read request.jwt.claims, as pgTAP sets it",
      async () => {
        const claims = JSON.stringify({ sub: user.id, role: "authenticated", email: "a@b.co" });
        const [row] = await sql.begin(async (tx) => {
          await tx`select set_config('request.jwt.claims', ${claims}, true)`;
          return await tx`select auth.uid(), auth.role(), auth.email()`;
        });
        assertEquals({ ...row }, { uid: user.id, role: "authenticated", email: "a@b.co" });
      },
    );

    await step("the API's roles have hosted's timeouts", async () => {
      const limits = async (caller: typeof anon) => (await caller.rpc("limits")).data;
      assertEquals(await limits(anon), ["3s", "8s"]);
      assertEquals(await limits(ava), ["8s", "8s"]);
      assertEquals(await limits(secret), ["8s", "8s"]);
    });

    await step("a statement that takes longer is cut", async () => {
      const roles = { anon, authenticated: ava, service_role: secret };
      for (const [role, caller] of Object.entries(roles)) {
        await sql.unsafe(`alter role ${role} set statement_timeout = '100ms'`);
        const { status, error } = await caller.rpc("wait", { seconds: 20 });
        assertEquals([status, error?.code], [500, "57014"], role);
        await sql.unsafe(`alter role ${role} reset statement_timeout`);
      }
      await sql`alter role authenticator set statement_timeout = '100ms'`;
      assertEquals((await secret.rpc("wait", { seconds: 20 })).error?.code, "57014");
      await sql`alter role authenticator set statement_timeout = '8s'`;
      assertEquals((await secret.rpc("wait", { seconds: 0.2 })).error, null);
    });

    await step(
      "a table that is created while it runs can be read, as PostgREST is told",
      async () => {
        assertEquals((await secret.from("later").select()).status, 404);
        await sql`create table public.later (id integer)`;
        await until(
          "the new table is known",
          async () => (await secret.from("later").select()).status === 200,
        );
      },
    );

    await step("migrations are recorded as the supabase CLI records them", async () => {
      const rows =
        await sql`select version, name, statements from supabase_migrations.schema_migrations`;
      assertEquals(rows.length, 1);
      assertEquals([rows[0]!.version, rows[0]!.name], ["20260101000000", "notes"]);
      assert(rows[0]!.statements.some((s: string) => s.startsWith("create table public.ledger")));
      assertEquals(rows[0]!.statements.length, 15);
    });

    await step("a preflight is answered for any origin with the headers it asks for", async () => {
      const response = await fetch(`${stack.env.SUPABASE_URL}/rest/v1/notes`, {
        method: "OPTIONS",
        headers: {
          origin: "https://example.com",
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,apikey,x-anything",
        },
      });
      assert(response.ok);
      assertEquals(response.headers.get("access-control-allow-origin"), "*");
      assertEquals(
        response.headers.get("access-control-allow-headers"),
        "authorization,apikey,x-anything",
      );
    });

    await sql.end();
  });
});
