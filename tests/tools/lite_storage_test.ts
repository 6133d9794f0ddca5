/** Storage, where lite differs from hosted Storage: see local-stack/supabase/storage_api.ts. */
import { assertEquals, assertExists, assertRejects } from "@std/assert";
import { decodeJwt } from "jose";
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
create function public.refuse() returns trigger language plpgsql as $$
begin raise exception 'no luck' using errcode = split_part(new.name, '/', 2); end $$;
create trigger refuse before insert on storage.objects for each row
  when (new.name like 'fails/%') execute function public.refuse();
`;

const CONFIG = `
[storage]
file_size_limit = "1MiB"
[storage.buckets.small]
file_size_limit = "1KiB"
allowed_mime_types = ["image/jpeg"]
`;

Deno.test("Storage answers as hosted Storage does", async (t) => {
  const files = {
    "migrations/20260101000000_pictures.sql": MIGRATION,
    "config.toml": CONFIG,
  };
  await withStack(files, async (stack) => {
    const step = steps(t);
    const sql = postgres(stack.env.DATABASE_URL, { max: 1 });
    const pictures = client(stack, "secret").storage.from("pictures");
    const { supabase: ava, user, session } = await signUp(stack);
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

    const { SUPABASE_URL, SUPABASE_SECRET_KEY } = stack.env;
    const key = { apikey: SUPABASE_SECRET_KEY };
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${SUPABASE_URL}/storage/v1/${path}`, {
        ...init,
        headers: { ...key, ...init.headers as Record<string, string> },
      });
    const refused = async (answer: Promise<Response>) => {
      const response = await answer;
      return [response.status, ...Object.values(await response.json())];
    };
    const upload = (path: string, size = 1, headers: Record<string, string> = {}) =>
      ask(`object/${path}`, {
        method: "POST",
        body: new Uint8Array(size),
        headers: { "content-type": "image/jpeg", ...headers },
      });
    const post = (path: string, body: unknown, method = "POST") =>
      ask(path, {
        method,
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });

    await step("an error has status 400 and its meaning in the body", async () => {
      const taken = [400, "409", "KeyAlreadyExists", "Duplicate", "The resource already exists"];
      const noKey = [400, "404", "NoSuchKey", "not_found", "Object not found"];
      const noBucket = [400, "404", "NoSuchBucket", "Bucket not found", "Bucket not found"];
      const large = [
        ...[400, "413", "EntityTooLarge", "Payload too large"],
        "The object exceeded the maximum allowed size",
      ];
      const type = [400, "415", "InvalidMimeType", "invalid_mime_type"];
      assertEquals(await refused(upload("pictures/jobs/a.jpg")), taken);
      assertEquals(await refused(upload("nowhere/a.jpg")), noBucket);
      assertEquals(await refused(ask("object/nowhere/a.jpg")), noBucket);
      assertEquals(await refused(ask("bucket/nowhere")), noBucket);
      assertEquals(await refused(ask("object/pictures/none.jpg")), noKey);
      assertEquals(await refused(ask("object/authenticated/pictures/none.jpg")), noKey);
      for (const bucket of ["pictures", "nowhere"]) {
        assertEquals(
          await refused(post(`object/sign/${bucket}/none.jpg`, { expiresIn: 9 })),
          noKey,
        );
      }
      assertEquals(await refused(upload("small/a.jpg", 1025)), large);
      assertEquals(await refused(upload("pictures/b.jpg", 1024 * 1024 + 1)), large);
      assertEquals(await refused(upload("small/a.png", 1, { "content-type": "image/png" })), [
        ...type,
        "mime type image/png is not supported",
      ]);
      assertEquals(await refused(upload("pictures/ü.jpg")), [
        ...[400, "400", "InvalidKey", "InvalidKey", "Invalid key: ü.jpg"],
      ]);
      assertEquals(await refused(upload("a%23b/c.jpg")), [
        ...[400, "400", "InvalidBucketName", "Invalid Input", "Bucket name invalid"],
      ]);
      assertEquals((await refused(post("bucket", { name: "small" }))).slice(0, 4), [
        ...[400, "409", "BucketAlreadyExists", "Duplicate"],
      ]);
      const huge = post("bucket", { name: "huge", file_size_limit: "2MB" });
      assertEquals(await refused(huge), large, "more than the project allows");
    });

    await step("a bucket or path that is not there has nothing to list or remove", async () => {
      for (const bucket of ["pictures", "nowhere"]) {
        const prefixes = ["none.jpg"];
        assertEquals(await refused(post(`object/${bucket}`, { prefixes }, "DELETE")), [200]);
        assertEquals(await refused(post(`object/list/${bucket}`, { prefix: "none" })), [200]);
      }
    });

    await step("whoever may not is told so, or that there is nothing", async () => {
      const denied = [400, "403", "AccessDenied", "Unauthorized"];
      const own = { authorization: `Bearer ${session.access_token}` };
      assertEquals(await refused(upload("pictures/ava.jpg", 1, own)), [
        ...denied,
        "new row violates row-level security policy",
      ]);
      const forged = { authorization: "Bearer a.b.c" };
      assertEquals(
        (await refused(upload("pictures/ava.jpg", 1, forged))).slice(0, 4),
        denied,
      );
      const read = (path: string, headers: HeadersInit) =>
        refused(fetch(`${SUPABASE_URL}/storage/v1/object/${path}`, { headers }));
      assertEquals((await read("pictures/jobs/a.jpg", forged))[2], "NoSuchBucket");
      assertEquals(
        (await read("authenticated/pictures/jobs/a.jpg", forged))[2],
        "AccessDenied",
      );
      assertEquals((await read("pictures/jobs/a.jpg", {}))[2], "NoSuchBucket");
      assertEquals(await read("authenticated/pictures/jobs/a.jpg", {}), [
        ...[400, "400", "InvalidRequest", "Error"],
        "headers must have required property 'authorization'",
      ]);
    });

    await step(
      "a link that was tampered with, has ended or lacks its token is refused",
      async () => {
        const { data: ended } = await pictures.createSignedUrl("jobs/a.jpg", -5);
        const link = new URL(signed!.signedUrl);
        const other = new URL(link);
        other.pathname = other.pathname.replace("a.jpg", "b.jpg");
        const forged = new URL(link);
        forged.searchParams.set("token", `${link.searchParams.get("token")}x`);
        link.search = "";
        const codes = [];
        for (const url of [ended!.signedUrl, forged, other, link]) {
          const [status, statusCode, code] = await refused(fetch(url));
          codes.push([status, statusCode, code]);
        }
        assertEquals(codes, [
          [400, "400", "InvalidJWT"],
          [400, "400", "InvalidJWT"],
          [400, "400", "InvalidSignature"],
          [400, "400", "InvalidRequest"],
        ]);
      },
    );

    await step("an error of the database is told by its kind", async () => {
      const kinds: Record<string, [number, string, string]> = {
        "57014": [544, "544", "DatabaseTimeout"],
        "55P03": [400, "423", "ResourceLocked"],
        "25006": [400, "503", "DatabaseReadOnly"],
        "42P01": [400, "503", "DatabaseSchemaMismatch"],
        "53300": [429, "429", "SlowDown"],
        "VB001": [500, "500", "DatabaseError"],
      };
      for (const [state, kind] of Object.entries(kinds)) {
        const answer = await refused(upload(`pictures/fails/${state}`));
        assertEquals(answer.slice(0, 3), kind, state);
      }
    });

    await step("a part of an object is 206, one beyond it 416", async () => {
      const part = async (range: string, url = "object/pictures/jobs/a.jpg") => {
        const response = await ask(url, { headers: { range } });
        return [response.status, response.headers.get("content-range"), await response.text()];
      };
      assertEquals(await part("bytes=1-2"), [206, "bytes 1-2/5", "hi"]);
      assertEquals(await part("bytes=3-"), [206, "bytes 3-4/5", "rd"]);
      assertEquals(await part("bytes=-2"), [206, "bytes 3-4/5", "rd"]);
      assertEquals(await part("bytes=2-99"), [206, "bytes 2-4/5", "ird"]);
      const { pathname, search } = new URL(signed!.signedUrl);
      const link = pathname.replace("/storage/v1/", "") + search;
      assertEquals(await part("bytes=0-0", link), [206, "bytes 0-0/5", "t"]);
      for (const range of ["bytes=5-", "bytes=3-2", "bytes=-0", "bytes=0-1,3-4", "lines=1-2"]) {
        const [status, , body] = await part(range);
        assertEquals([status, JSON.parse(body as string).code], [416, "InvalidRange"], range);
      }
    });

    await step(
      "a link's answer ends with the link, an owner's own is cached as uploaded",
      async () => {
        for (const body of [new Uint8Array(3), new Blob(["abc"], { type: "image/jpeg" })]) {
          const options = { cacheControl: "31536000", upsert: true };
          assertEquals((await pictures.upload("jobs/kept.jpg", body, options)).error, null);
          const own = await ask("object/pictures/jobs/kept.jpg");
          assertEquals(own.headers.get("cache-control"), "max-age=31536000");
          assertEquals((await own.bytes()).length, 3);
        }
        const { data } = await pictures.createSignedUrl("jobs/kept.jpg", 3600);
        const linked = await fetch(data!.signedUrl);
        await linked.body?.cancel();
        assertEquals(linked.headers.get("cache-control"), null);
        const { exp } = decodeJwt(new URL(data!.signedUrl).searchParams.get("token")!);
        assertEquals(linked.headers.get("expires"), new Date(exp! * 1000).toUTCString());
        const etag = linked.headers.get("etag")!;
        const again = await ask("object/pictures/jobs/kept.jpg", {
          headers: { "if-none-match": etag },
        });
        assertEquals([again.status, await again.text()], [304, ""]);
      },
    );

    await step("download names the file, on a link and without", async () => {
      const names: [string | boolean, string][] = [
        ["my board.jpg", "attachment; filename=my%20board.jpg; filename*=UTF-8''my%20board.jpg"],
        [true, "attachment;"],
      ];
      for (const [download, disposition] of names) {
        const { data } = await pictures.createSignedUrl("jobs/a.jpg", 60, { download });
        const query = download === true ? "" : encodeURIComponent(String(download));
        for (
          const response of [
            await fetch(data!.signedUrl),
            await ask(`object/pictures/jobs/a.jpg?download=${query}`),
          ]
        ) {
          assertEquals(response.headers.get("content-disposition"), disposition);
          assertEquals(await response.text(), "third");
        }
      }
    });

    await step("more than 1000 paths are refused", async () => {
      const prefixes = Array.from({ length: 1001 }, (_, i) => `bulk/${i}`);
      const [status, , code] = await refused(post("object/pictures", { prefixes }, "DELETE"));
      assertEquals([status, code], [400, "InvalidRequest"]);
    });

    await sql.end();
  });
});
