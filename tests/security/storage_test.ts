/** Paths and links that mean to reach another object, by the Storage API. In SQL: supabase/tests/rights. */
import { assert, assertEquals } from "@std/assert";
import { base64url } from "jose";
import { rawRequest } from "./raw_http.ts";
import { type Client, type Person, test, useStack } from "../support/test_stack.ts";

const stack = useStack();
const boards = (client: Client) => client.storage.from("vision-boards");
const jpeg = { contentType: "image/jpeg" };
const secret = "not for Ben";

/** A complete job with an object. Returns the object's path. */
async function createBoard(person: Person, content: string): Promise<string> {
  const id = crypto.randomUUID();
  const path = `${id}/1.jpg`;
  assertEquals((await boards(stack().service).upload(path, content, jpeg)).error, null);
  await stack().row({ id, user_id: person.id, status: "complete", image_storage_path: path });
  return path;
}

interface Objects {
  ben: Person;
  /** Ben's own object, and the token of a link to it. */
  own: string;
  token: string;
  /** Ava's, in the same bucket. */
  hers: string;
  /** In another bucket, one of them at the same path as Ben's. */
  vault: string[];
}
let created: Promise<Objects> | undefined;
const objects = () => created ??= createObjects();
async function createObjects(): Promise<Objects> {
  const ben = await stack().person();
  const own = await createBoard(ben, "Ben's own");
  const hers = await createBoard(await stack().person(), secret);
  const { storage } = stack().service;
  await storage.createBucket("vault", { public: false });
  const vault = [own, "secret.jpg", "vision-boards/secret.jpg"];
  for (const path of vault) {
    assertEquals((await storage.from("vault").upload(path, secret, jpeg)).error, null);
  }
  const { data } = await boards(ben.supabase).createSignedUrl(own, 600);
  return { ben, own, token: tokenOf(data!.signedUrl), hers, vault };
}
const tokenOf = (link: string) => new URL(link).searchParams.get("token")!;

/** GETs a path of the Storage API as it is written: fetch would tidy it up first. */
async function get(path: string, headers: Record<string, string> = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const url = `${stack().env.SUPABASE_URL}/storage/v1/object/${path}`;
  return (await rawRequest(url, "GET", lines))!;
}
/** Fails unless this is refused. */
async function assertRefused(what: string, path: string, headers?: Record<string, string>) {
  const { status, text } = await get(path, headers);
  assert(!text.includes(secret), `${what} opened ${path}: ${status}`);
  assert(status >= 400 && status < 600, `${what}, ${path}: ${status} ${text}`);
}

/** Ways to write a path that starts at one object and may be read as another's. */
function detours(own: string, target: string): string[] {
  const folder = own.split("/")[0]!;
  const encoded = target.replaceAll("/", "%2f").replaceAll(".", "%2e");
  const twice = encodeURIComponent(encodeURIComponent(target));
  return [
    ...[target, target.toUpperCase(), encodeURIComponent(target), encoded],
    ...["./", "/", "//"].map((start) => `${start}${target}`),
    ...["/", "/.", "%00", "%20", "%0a", "%3Fx", "%23x"].map((end) => `${target}${end}`),
    ...["..", "%2e%2e", ".%2E", "%252e%252e", "..;", "....//"].map((up) =>
      `${folder}/${up}/${target}`
    ),
    ...["..%2f", "..\\", "..%5c"].map((up) => `${folder}/${up}${target}`),
    ...[`${folder}%2f..%2f${encoded}`, `${folder}/%252e%252e%252f${twice}`],
    ...["/../../", "%00/../", ",", "%0d%0a"].map((between) => `${own}${between}${target}`),
  ];
}

test("no way of writing a path leads a person or a link from one object to another", async () => {
  const { ben, own, token, hers, vault } = await objects();
  const { SUPABASE_PUBLISHABLE_KEY: apikey } = stack().env;
  const headers = { apikey, authorization: `Bearer ${ben.token}` };
  const paths = [
    ...[hers, "../vault/secret.jpg"].flatMap((target) =>
      detours(own, target).map((path) => `vision-boards/${path}`)
    ),
    ...["vault", "VAULT", "vault%00", "vision-boards/../vault", "vision-boards%2f..%2fvault"]
      .flatMap((bucket) => vault.map((path) => `${bucket}/${path}`)),
  ];
  assert(paths.length > 70);
  for (const path of paths) {
    await assertRefused("a session", path, headers);
    await assertRefused("a session", `info/${path}`, headers);
    await assertRefused("nobody", `public/${path}`);
    await assertRefused("a link", `sign/${path}?token=${token}`);
    await assertRefused("a link", `sign/${path}?token=x&token=${token}`);
  }
  const { text } = await get(`sign/vision-boards/${own}?token=${token}`);
  assert(text.includes("Ben's own"), "the link itself works");
});

test("a link that was changed, has expired, or is for something else opens nothing", async () => {
  const { ben, own, token, hers } = await objects();
  const [head, payload, signature] = token.split(".") as [string, string, string];
  const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload)));
  const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
  const url = `vision-boards/${hers}`;
  const expired = await boards(stack().service).createSignedUrl(hers, -1);
  // by hand: lite answers with another field than the one that createSignedUploadUrl reads
  const upload = await fetch(`${stack().env.SUPABASE_URL}/storage/v1/object/upload/sign/${url}`, {
    method: "POST",
    headers: { apikey: stack().env.SUPABASE_SECRET_KEY, "x-upsert": "true" },
  });
  const uploadToken = /token=([^"&]+)/.exec(await upload.text())?.[1];
  assert(uploadToken, "a link to upload with");
  const tokens: Record<string, string> = {
    "of another object": token,
    "with another path": `${head}.${encode({ ...claims, url })}.${signature}`,
    "with another expiry": `${head}.${encode({ ...claims, exp: claims.exp + 9 })}.${signature}`,
    "without a signature": `${encode({ alg: "none" })}.${encode({ ...claims, url })}.`,
    "cut short": token.slice(0, -4),
    "expired": tokenOf(expired.data!.signedUrl),
    "for an upload": uploadToken,
    "a person's": ben.token,
    "empty": "",
  };
  for (const [name, value] of Object.entries(tokens)) {
    await assertRefused(`a token ${name}`, `sign/${url}?token=${value}`);
  }
  await assertRefused("no token", `sign/${url}`);
  // as a key or as a session, a link's token is nobody's
  for (const path of [own, hers]) {
    const headers = { apikey: token, authorization: `Bearer ${token}` };
    const { text } = await get(`vision-boards/${path}`, headers);
    assert(!text.includes(secret) && !text.includes("Ben's own"));
  }
});

test("whatever path a person's row names, it opens no other row's object and no other bucket's", async () => {
  const { ben, hers, vault } = await objects();
  const [folder, file] = hers.split("/") as [string, string];
  const odd = [
    ...["%", "_".repeat(hers.length), "' or true --", '"', "{}", folder, "secret.jpg"],
    ...[`${folder}/%`, `${folder}/*`, `${folder}/`, `${folder}//${file}`],
    ...[`/${hers}`, `./${hers}`, `x/../${hers}`, `${hers} `, `vision-boards/${hers}`],
    ...[hers.toUpperCase(), encodeURIComponent(hers)],
    ...vault.flatMap((path) => [`../vault/${path}`, `vault/${path}`, `x/../../vault/${path}`]),
  ];
  for (const image_storage_path of odd) {
    await stack().row({ user_id: ben.id, status: "complete", image_storage_path });
  }
  const bens = boards(ben.supabase);
  for (const path of [...odd, hers]) {
    assertEquals((await bens.download(path)).data, null, path);
    assertEquals((await bens.createSignedUrl(path, 60)).data, null, path);
  }
  for (const path of vault) {
    assertEquals((await ben.supabase.storage.from("vault").download(path)).data, null);
  }
});

test("a list shows people their own objects, whatever they search for", async () => {
  // lite lists full names, hosted Storage one folder; neither may show what the policy hides
  const { own, hers } = await objects();
  const ben = await stack().person();
  const id = (await createBoard(ben, "x")).split("/")[0]!;
  for (const prefix of ["", "%", "/", "..", own.split("/")[0]!, hers.split("/")[0]!, id]) {
    for (const search of ["", "%", "'", ".jpg"]) {
      const options = { search, limit: 1000 };
      const names = async (client: Client) =>
        ((await boards(client).list(prefix, options)).data ?? []).map(({ name }) => name);
      assertEquals(await names(stack().anon), []);
      for (const name of await names(ben.supabase)) {
        assert(`${prefix}/${name}`.includes(id), `${prefix}, ${search}: ${name}`);
      }
    }
  }
  const { data } = await boards(stack().service).list(hers.split("/")[0]!);
  assertEquals(data?.length, 1, "the service role sees what is there");
});

test("another app's policies, however broad, open neither bucket of ours", async () => {
  const { ben, own, hers } = await objects();
  const { sql, service, anon } = stack();
  const assets = service.storage.from("board-assets");
  const octets = { contentType: "application/octet-stream", upsert: true };
  assertEquals((await assets.upload("XX.bin", secret, octets)).error, null);
  await service.storage.from("vault").upload("shared.jpg", "for everybody", jpeg);
  const state = async () =>
    JSON.stringify(
      await sql`
        select o.bucket_id, o.name, o.version, o.metadata, b.public
        from storage.objects as o join storage.buckets as b on b.id = o.bucket_id
        where b.id in ('vision-boards', 'board-assets') order by 1, 2`,
    );
  await sql`create policy everything on storage.objects to public using (true) with check (true)`;
  await sql`create policy everything on storage.buckets to public using (true) with check (true)`;
  try {
    for (const client of [anon, ben.supabase]) {
      const { storage } = client;
      const bucket = boards(client);
      const shared = await storage.from("vault").download("shared.jpg");
      assertEquals(await shared.data?.text(), "for everybody", "the other app works");
      const before = await state();
      const tries: Record<string, () => Promise<{ data: unknown }>> = {
        "download": () => bucket.download(hers),
        "link": () => bucket.createSignedUrl(hers, 60),
        "info": () => bucket.info(hers),
        "upload link": () => bucket.createSignedUploadUrl(`${own}.2.jpg`),
        "upload": () => bucket.upload("mine.jpg", "mine", jpeg),
        "upload over": () => bucket.upload(hers, "mine", { ...jpeg, upsert: true }),
        "update": () => bucket.update(hers, "mine", jpeg),
        "update own": () => bucket.update(own, "mine", jpeg),
        "move": () => bucket.move(hers, "mine.jpg"),
        "move own": () => bucket.move(own, "mine.jpg"),
        "move out": () => bucket.move(hers, "out.jpg", { destinationBucket: "vault" }),
        "copy": () => bucket.copy(hers, "mine.jpg"),
        "copy own": () => bucket.copy(own, "mine.jpg"),
        "copy out": () => bucket.copy(hers, "out.jpg", { destinationBucket: "vault" }),
        "move in": () =>
          storage.from("vault").move("shared.jpg", hers, { destinationBucket: "vision-boards" }),
        "see the bucket": () => storage.getBucket("vision-boards"),
        "assets": () => storage.from("board-assets").download("XX.bin"),
        "assets' link": () => storage.from("board-assets").createSignedUrl("XX.bin", 60),
        "upload assets": () => storage.from("board-assets").upload("YY.bin", "mine", octets),
        "upload over assets": () => storage.from("board-assets").upload("XX.bin", "mine", octets),
      };
      for (const [what, attempt] of Object.entries(tries)) {
        assertEquals((await attempt()).data, null, what);
      }
      // these answer with a list, or with success though nothing came of them
      const listed = (await bucket.list("", { limit: 1000 })).data ?? [];
      const folders = [own, own.split("/")[0]];
      for (const { name } of listed) {
        assert(client === ben.supabase && folders.includes(name), name);
      }
      assertEquals((await storage.from("board-assets").list()).data ?? [], []);
      assertEquals((await bucket.remove([hers, own])).data ?? [], []);
      assertEquals((await storage.from("board-assets").remove(["XX.bin"])).data ?? [], []);
      for (const id of ["vision-boards", "board-assets"]) {
        await storage.updateBucket(id, { public: true });
        await storage.emptyBucket(id);
        await storage.deleteBucket(id);
      }
      assertEquals(await state(), before, "all is as it was");
    }
  } finally {
    await sql`drop policy everything on storage.objects`;
    await sql`drop policy everything on storage.buckets`;
  }
});

test("an owner's browser asks again before it shows a board that it has kept", async () => {
  const ava = await stack().person();
  const { id } = await stack().row({ user_id: ava.id });
  await stack().deliver("process-job", { job_id: id });
  const { image_storage_path: path } = (await stack().read(id))!;
  const response = await fetch(
    `${stack().env.SUPABASE_URL}/storage/v1/object/vision-boards/${path}`,
    {
      headers: {
        apikey: stack().env.SUPABASE_PUBLISHABLE_KEY,
        authorization: `Bearer ${ava.token}`,
      },
    },
  );
  await response.body?.cancel();
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("cache-control"), "max-age=0, private, must-revalidate");
});

test("a deleted board is closed to its owner at once, and its link ends with the next sweep", async () => {
  const ava = await stack().person();
  const job = await stack().row({ user_id: ava.id, expires_at: "2100-01-01T00:00:00Z" });
  await stack().deliver("process-job", { job_id: job.id });
  const { image_url, image_storage_path: path } = (await stack().read(job.id))!;
  const status = async () => {
    const response = await fetch(image_url!);
    await response.body?.cancel();
    return response.status;
  };
  assert((await boards(ava.supabase).download(path!)).data);
  assertEquals(await status(), 200);
  await ava.supabase.from("vision_board_jobs").delete().eq("id", job.id);
  assertEquals((await boards(ava.supabase).download(path!)).data, null);
  assertEquals((await boards(ava.supabase).createSignedUrl(path!, 60)).data, null);
  await stack().sweep();
  assertEquals(await status(), 400);
  assertEquals(await stack().hasObject(path!), false);
});
