/** Paths and links that mean to reach another object. lite's Storage stands in; what SQL decides: supabase/tests/055 and 057. */
import { assert, assertEquals } from "@std/assert";
import { base64url } from "jose";
import { type Person, test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const bucket = () => stack().service.storage.from("vision-boards");
const jpeg = { contentType: "image/jpeg" };
const secret = "not for Ben";

interface Scene {
  ben: Person;
  /** Ben's own object, and the token of a link to it. */
  own: string;
  token: string;
  /** Ava's, in the same bucket. */
  hers: string;
  /** In another bucket, at the same path as Ben's and by itself. */
  vault: string[];
}
let prepared: Promise<Scene> | undefined;
const scene = () => prepared ??= prepare();

async function prepare(): Promise<Scene> {
  const [ava, ben] = [await stack().person(), await stack().person()];
  const board = async (person: Person, text: string) => {
    const id = crypto.randomUUID();
    const path = `${id}/1.jpg`;
    assertEquals((await bucket().upload(path, text, jpeg)).error, null);
    await stack().row({ id, user_id: person.id, status: "complete", image_storage_path: path });
    return path;
  };
  const [own, hers] = [await board(ben, "Ben's own"), await board(ava, secret)];
  await stack().service.storage.createBucket("vault", { public: false });
  const vault = [own, "secret.jpg", "vision-boards/secret.jpg"];
  for (const path of vault) {
    assertEquals(
      (await stack().service.storage.from("vault").upload(path, secret, jpeg)).error,
      null,
    );
  }
  const { data } = await ben.supabase.storage.from("vision-boards").createSignedUrl(own, 600);
  const token = new URL(data!.signedUrl).searchParams.get("token")!;
  return { ben, own, token, hers, vault };
}

/** A GET of a path as it is written: fetch would tidy it up first. */
async function raw(path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(stack().env.SUPABASE_URL);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${hostname}:${port}`, "Connection: close"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  await connection.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  const text = await new Response(connection.readable).text();
  return { status: Number(text.split(" ")[1]), text };
}

/** Ways to write that one object's path leads to another's. */
function detours(own: string, target: string): string[] {
  const folder = own.split("/")[0]!;
  const encode = (path: string) => path.replaceAll("/", "%2f").replaceAll(".", "%2e");
  return [
    target,
    encodeURIComponent(target),
    encode(target),
    `${folder}/../${target}`,
    `${own}/../../${target}`,
    `${folder}/%2e%2e/${target}`,
    `${folder}/.%2E/${target}`,
    `${folder}/..%2f${target}`,
    `${folder}%2f..%2f${encode(target)}`,
    `${folder}/%252e%252e/${target}`,
    `${folder}/%252e%252e%252f${encodeURIComponent(encodeURIComponent(target))}`,
    `${folder}/..\\${target}`,
    `${folder}/..%5c${target}`,
    `${folder}/..;/${target}`,
    `${folder}/....//${target}`,
    `./${target}`,
    `/${target}`,
    `//${target}`,
    `${target}/`,
    `${target}/.`,
    `${target}%00`,
    `${target}%20`,
    `${target}%0a`,
    `${target}%3Fx`,
    `${target}%23x`,
    target.toUpperCase(),
    `${own}%00/../${target}`,
    `${own},${target}`,
    `${own}%0d%0a${target}`,
  ];
}

test("no way of writing a path leads a person, or the token of a link, from one object to another", async () => {
  const { ben, own, token, hers, vault } = await scene();
  const headers = {
    apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
    authorization: `Bearer ${ben.token}`,
  };
  const at = "/storage/v1/object";
  const paths = [
    ...detours(own, hers).map((path) => `vision-boards/${path}`),
    ...detours(own, "../vault/secret.jpg").map((path) => `vision-boards/${path}`),
    ...vault.flatMap((path) => [
      `vault/${path}`,
      `vision-boards%2f..%2fvault/${path}`,
      `vision-boards/../vault/${path}`,
      `VAULT/${path}`,
      `vault%00/${path}`,
    ]),
  ];
  let asked = 0;
  for (const path of paths) {
    const attempts: [string, Record<string, string>][] = [
      [`${at}/${path}`, headers],
      [`${at}/info/${path}`, headers],
      [`${at}/public/${path}`, {}],
      [`${at}/sign/${path}?token=${token}`, {}],
      [`${at}/sign/${path}?token=x&token=${token}`, {}],
    ];
    for (const [target, credentials] of attempts) {
      const { status, text } = await raw(target, credentials);
      assert(!text.includes(secret), `${target} opened: ${status}`);
      assert(status >= 400 && status < 600, `${target}: ${status} ${text}`);
      asked++;
    }
  }
  assert(asked > 300);
  const { text } = await raw(`${at}/sign/vision-boards/${own}?token=${token}`);
  assert(text.includes("Ben's own"), "the link itself works");
});

test("a link that was tampered with, has expired, or was made for something else opens nothing", async () => {
  const { own, token, hers } = await scene();
  const [head, payload, signature] = token.split(".") as [string, string, string];
  const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload)));
  const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
  const url = `vision-boards/${hers}`;
  const expired = await bucket().createSignedUrl(hers, -1);
  // by hand: lite answers with another field than the one that createSignedUploadUrl reads
  const uploading = `${stack().env.SUPABASE_URL}/storage/v1/object/upload/sign/${url}`;
  const upload = await fetch(uploading, {
    method: "POST",
    headers: { apikey: stack().env.SUPABASE_SECRET_KEY, "x-upsert": "true" },
  });
  const uploadToken = /token=([^"&]+)/.exec(await upload.text())?.[1];
  assert(uploadToken, "a link to upload with");
  const of = (link: string) => new URL(link).searchParams.get("token")!;
  const tokens: Record<string, string> = {
    "of another object": token,
    "with another path": `${head}.${encode({ ...claims, url })}.${signature}`,
    "with another expiry": `${head}.${encode({ ...claims, exp: claims.exp + 9 })}.${signature}`,
    "without a signature": `${encode({ alg: "none" })}.${encode({ ...claims, url })}.`,
    "truncated": token.slice(0, -4),
    "expired": of(expired.data!.signedUrl),
    "for an upload": uploadToken,
    "a person's": (await scene()).ben.token,
    "empty": "",
  };
  for (const [name, value] of Object.entries(tokens)) {
    const { status, text } = await raw(`/storage/v1/object/sign/${url}?token=${value}`);
    assert(status >= 400 && status < 500 && !text.includes(secret), `${name}: ${status} ${text}`);
  }
  const none = await raw(`/storage/v1/object/sign/${url}`);
  assert(none.status >= 400 && none.status < 500);
  // as a key or as a session, a link's token is nobody's
  for (const path of [own, hers]) {
    const { text } = await raw(`/storage/v1/object/vision-boards/${path}`, {
      apikey: token,
      authorization: `Bearer ${token}`,
    });
    assert(!text.includes(secret) && !text.includes("Ben's own"));
  }
});

test("whatever path stands in a person's row, it opens no other row's object and no other bucket's", async () => {
  const { ben, hers, vault } = await scene();
  const [folder, file] = hers.split("/") as [string, string];
  const odd = [
    "%",
    "_".repeat(hers.length),
    `${folder}/%`,
    `${folder}/*`,
    `${folder}/`,
    folder,
    `/${hers}`,
    `./${hers}`,
    `x/../${hers}`,
    `${folder}//${file}`,
    `${hers} `,
    hers.toUpperCase(),
    encodeURIComponent(hers),
    `vision-boards/${hers}`,
    ...vault.flatMap((path) => [`../vault/${path}`, `vault/${path}`, `x/../../vault/${path}`]),
    "secret.jpg",
    "' or true --",
    '"',
    "{}",
  ];
  await stack().sql`insert into public.vision_board_jobs ${
    stack().sql(odd.map((image_storage_path) => ({
      user_id: ben.id,
      goals: ["a"] as never,
      status: "complete",
      image_storage_path,
    })))
  }`;
  const pictures = ben.supabase.storage.from("vision-boards");
  for (const path of [...odd, hers]) {
    assertEquals((await pictures.download(path)).data, null, path);
    assertEquals((await pictures.createSignedUrl(path, 60)).data, null, path);
  }
  for (const path of vault) {
    assertEquals((await ben.supabase.storage.from("vault").download(path)).data, null);
  }
  // an object that is really called so is found by its name, not by a pattern
  for (const path of ["%", "100%_'x'.jpg", `a"b;--/1.jpg`]) {
    if ((await bucket().upload(path, secret, jpeg)).error) continue; // hosted Storage refuses some
    const other = (await stack().person()).supabase.storage.from("vision-boards");
    assertEquals((await other.download(path)).data, null);
    if (path !== "%") assertEquals((await pictures.download(path)).data, null);
  }
});

test("listing shows people their own objects, whatever they search for", async () => {
  // lite lists objects flat and with their full names; hosted Storage lists one folder's level. Neither may
  // show an object that the policy hides, which is what is asked here.
  const { own, hers } = await scene();
  const ben = await stack().person();
  const id = crypto.randomUUID();
  const path = `${id}/1.jpg`;
  await bucket().upload(path, "x", jpeg);
  await stack().row({ id, user_id: ben.id, status: "complete", image_storage_path: path });
  const searches = ["", "%", "'", ".jpg"];
  for (const prefix of ["", "%", "/", "..", own.split("/")[0]!, hers.split("/")[0]!, id]) {
    for (const search of searches) {
      for (const client of [ben.supabase, stack().anon]) {
        const { data } = await client.storage.from("vision-boards")
          .list(prefix, { search, limit: 1000 });
        for (const found of data ?? []) {
          const name = `${prefix}/${found.name}`;
          assert(client === ben.supabase && name.includes(id), `${prefix}, ${search}: ${name}`);
        }
      }
    }
  }
  const { data } = await bucket().list(hers.split("/")[0]!, { limit: 10 });
  assertEquals(data?.length, 1, "the service role sees what is there");
});

test("the link of a deleted board ends with the next sweep, and its owner's own reading at once", async () => {
  const ava = await stack().person();
  const job = await stack().row({ user_id: ava.id, expires_at: "2100-01-01T00:00:00Z" });
  await stack().deliver("process-job", { job_id: job.id });
  const { image_url, image_storage_path } = (await stack().read(job.id))!;
  const status = async () => {
    const response = await fetch(image_url!);
    await response.body?.cancel();
    return response.status;
  };
  const pictures = ava.supabase.storage.from("vision-boards");
  assert((await pictures.download(image_storage_path!)).data);
  assertEquals(await status(), 200);
  await ava.supabase.from("vision_board_jobs").delete().eq("id", job.id);
  assertEquals((await pictures.download(image_storage_path!)).data, null);
  assertEquals((await pictures.createSignedUrl(image_storage_path!, 60)).data, null);
  await stack().sweep();
  assertEquals(await status(), 400);
  assertEquals(await stack().hasObject(image_storage_path!), false);
});
