/** Storage, where lite differs from hosted Storage: see local-stack/supabase/objects.ts and api.ts. */
import { assertEquals, assertExists, assertRejects } from "@std/assert";
import postgres from "postgres";
import { client, signUp, steps, withStack } from "./stack_support.ts";

const MIGRATION = `
insert into storage.buckets (id, name, public) values ('pictures', 'pictures', false);
create table public.shown (path text primary key, owner uuid not null);
alter table public.shown enable row level security;
create policy "own" on public.shown for select to authenticated using (owner = (select auth.uid()));
create policy "owners read" on storage.objects for select to authenticated using (
  bucket_id = 'pictures' and name in (select path from public.shown where owner = (select auth.uid()))
);
`;

Deno.test("Storage answers as hosted Storage does", async (t) => {
  await withStack({ "migrations/20260101000000_pictures.sql": MIGRATION }, async (stack) => {
    const step = steps(t);
    const sql = postgres(stack.env.DATABASE_URL, { max: 1 });
    const pictures = client(stack, "secret").storage.from("pictures");
    const { supabase: ava, user } = await signUp(stack);
    const { supabase: ben } = await signUp(stack);
    await sql`insert into public.shown values ('jobs/a.jpg', ${user.id})`;

    await step(
      "upload stores the bytes with their type; a second one needs upsert, which replaces",
      async () => {
        assertEquals(
          (await pictures.upload("jobs/a.jpg", "first", { contentType: "image/jpeg" })).error,
          null,
        );
        assertExists((await pictures.upload("jobs/a.jpg", "second")).error);
        assertEquals(
          (await pictures.upload("jobs/a.jpg", "third", {
            contentType: "image/jpeg",
            upsert: true,
          })).error,
          null,
        );
        const { data } = await pictures.download("jobs/a.jpg");
        assertEquals([await data?.text(), data?.type], ["third", "image/jpeg"]);
      },
    );

    await step("the owner may download and sign, another user and anon may not", async () => {
      const { data } = await ava.storage.from("pictures").download("jobs/a.jpg");
      assertEquals(await data?.text(), "third");
      for (const other of [ben, client(stack)]) {
        assertExists((await other.storage.from("pictures").download("jobs/a.jpg")).error);
        assertExists(
          (await other.storage.from("pictures").createSignedUrl("jobs/a.jpg", 60)).error,
        );
      }
    });

    const { data: signed } = await ava.storage.from("pictures").createSignedUrl("jobs/a.jpg", 60);

    await step("a signed URL can be fetched without a key", async () => {
      const response = await fetch(signed!.signedUrl);
      assertEquals([response.status, response.headers.get("content-type")], [200, "image/jpeg"]);
      assertEquals(await response.text(), "third");
      const { data } = await pictures.createSignedUrls(["jobs/a.jpg", "jobs/none.jpg"], 60);
      assertEquals(await (await fetch(data![0]!.signedUrl!)).text(), "third");
      assertExists(data![1]!.error);
    });

    await step("deleting rows by SQL is refused, it would leave the objects", async () => {
      const error = await assertRejects(() => sql`delete from storage.objects`) as {
        code?: string;
      };
      assertEquals(error.code, "42501");
    });

    await step("remove takes 1000 paths and ignores those that do not exist", async () => {
      await pictures.upload("bulk/1", "1");
      const paths = Array.from({ length: 1000 }, (_, i) => `bulk/${i}`);
      const { data, error } = await pictures.remove(paths);
      assertEquals([error, data?.length], [null, 1]);
      assertExists((await pictures.download("bulk/1")).error);
    });

    await sql.end();
  });
});
