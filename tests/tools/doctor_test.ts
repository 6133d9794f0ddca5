/** npm run doctor against the local stack as the hosted project; the CLI asks a Management API on loopback. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  downloadFunction,
  type Management,
  openManagement,
  readAuthSettings,
} from "../../tools/commands/lib/doctor/management.ts";
import { diagnose, type DoctorOptions } from "../../tools/commands/lib/doctor/run_doctor.ts";
import type { HostedProject } from "../../tools/commands/lib/hosted_project.ts";
import { scheduleSweep } from "../../tools/commands/schedule.ts";
import { qstashClient, sweepSchedule } from "../../supabase/functions/_shared/qstash/publish.ts";
import { startFakeServer } from "../support/fake_server.ts";
import { test, useStack } from "../support/test_stack.ts";
import { type ManagementApi, startManagementApi } from "./support/management_api.ts";

const root = new URL("../../", import.meta.url);
const names = ["create-job", "fail-job", "process-job", "sweep-jobs"];
const stack = useStack();
let api: ManagementApi;
/** Asks the CLI once for all tests that have nothing to do with it: a call takes it a second or two. */
let management: Management;

Deno.test.beforeAll(async () => {
  api = await startManagementApi();
  const { SUPABASE_PUBLISHABLE_KEY: publishable, SUPABASE_SECRET_KEY: secret } = stack().env;
  Object.assign(api.keys, { publishable, secret });
  for (const name of names) api.functions.set(name, { ...uploadOf(name), size: 0, version: 1 });
  const real = openManagement(project());
  // one function through the CLI is enough
  const others = new Map(names.map((name) => [name, sourcesOf(name)]));
  others.delete("fail-job");
  management = {
    ...real,
    sources: (name) => Promise.resolve(others.get(name) ?? real.sources(name)),
  };
  await schedule();
});
Deno.test.afterAll(async () => await api?.stop());

function uploadOf(name: string) {
  const files = new Map<string, Uint8Array>();
  for (const directory of [`${name}/`, "_shared/", "_shared/qstash/"]) {
    for (const { name: file, isFile } of Deno.readDirSync(new URL(folder(directory), root))) {
      const path = folder(directory) + file;
      if (isFile) files.set(path, Deno.readFileSync(new URL(path, root)));
    }
  }
  const entrypoint_path = `${folder(name)}/index.ts`;
  return { files, metadata: { entrypoint_path, verify_jwt: false } };
}
const sourcesOf = (name: string) =>
  new Map(
    [...uploadOf(name).files].map(([path, bytes]) => [
      path.slice(folder("").length),
      new TextDecoder().decode(bytes),
    ]),
  );
const folder = (path: string) => `supabase/functions/${path}`;

const functionsUrl = () => `${stack().env.SUPABASE_URL}/functions/v1`;
const qstash = () => ({ url: stack().env.QSTASH_URL, token: stack().env.QSTASH_TOKEN });
const schedule = (url = functionsUrl()) => scheduleSweep(qstash(), url);

const project = (secrets: Record<string, string> = {}): HostedProject => {
  const { QSTASH_URL, QSTASH_TOKEN, QSTASH_CURRENT_SIGNING_KEY, QSTASH_NEXT_SIGNING_KEY } =
    stack().env;
  return {
    ref: api.ref,
    functionsUrl: functionsUrl(),
    secrets: {
      QSTASH_URL,
      QSTASH_TOKEN,
      QSTASH_CURRENT_SIGNING_KEY,
      QSTASH_NEXT_SIGNING_KEY,
      ...secrets,
    },
    cliEnv: api.env,
    problems: [],
  };
};

/** What is not well, by label. */
async function complaints(options: Partial<DoctorOptions> = {}): Promise<Record<string, string>> {
  const groups = diagnose({
    project: project(),
    file: ".env.production",
    supabaseUrl: stack().env.SUPABASE_URL,
    management,
    ...options,
  });
  const found: Record<string, string> = {};
  for (const { label, finding } of groups.flatMap(({ checks }) => checks)) {
    const { status, text } = await finding;
    const secrets = [stack().env.SUPABASE_SECRET_KEY, ...Object.values(project().secrets).slice(1)];
    assert(!secrets.some((secret) => text.includes(secret)), `${label} tells a secret`);
    if (status !== "ok") found[label] = `${status}: ${text}`;
  }
  return found;
}

/** Only this is not well, and is said so. */
async function assertOnly(label: string, text: RegExp, options?: Partial<DoctorOptions>) {
  const found = await complaints(options);
  assertEquals(Object.keys(found), [label], JSON.stringify(found, null, 2));
  assertMatch(found[label]!, text);
}

/** The complaints that match, whatever else there is to complain about. */
async function assertSays(expected: Record<string, RegExp>, options?: Partial<DoctorOptions>) {
  const found = await complaints(options);
  for (const [label, text] of Object.entries(expected)) assertMatch(found[label] ?? "", text);
}

/** Changes the database for one check, and back. */
async function withSql(change: string, back: string, check: () => Promise<void>) {
  await stack().sql.unsafe(change);
  try {
    await check();
  } finally {
    await stack().sql.unsafe(back);
  }
}

test("a project on which all is well has no complaint", async () => {
  assertEquals(await complaints(), {});
});

test("--board makes a board, looks at it, and leaves neither it nor its person", async () => {
  const count = async () => {
    const [row] = await stack().sql`
      select (select count(*)::int from auth.users) as users,
        (select count(*)::int from public.vision_board_jobs) as jobs,
        (select count(*)::int from storage.objects where bucket_id = 'vision-boards') as boards`;
    return { ...row };
  };
  const before = await count();
  assertEquals(await complaints({ board: true }), {});
  assertEquals(await count(), before);

  // the functions draw another size than the file says
  await assertOnly("A board", /^fail: is no JPEG of 2160×2700/, {
    board: true,
    project: project({ BOARD_SIZE: "print" }),
  });
  assertEquals(await count(), before);
});

test("variables that are missing or still the example's are named", async () => {
  const problems = ["QSTASH_TOKEN is still the example's: put your own value there."];
  await assertOnly("Variables", /^fail: QSTASH_TOKEN is still/, {
    project: { ...project(), problems },
  });
});

test("without a login, what needs it says so, and the rest is checked", async () => {
  const loggedOut = { ...project(), cliEnv: { ...api.env, SUPABASE_ACCESS_TOKEN: "" } };
  const found = await complaints({ project: loggedOut, management: openManagement(loggedOut) });
  for (const text of Object.values(found)) assertMatch(text, /^not checked: .*npx supabase login/);
  const checked = ["Variables", "Sessions", "Token", "Signing keys", "Schedule of the sweep"];
  for (const label of checked) assertEquals(found[label], undefined);
  assertMatch(found["create-job"]!, /it answers; its version was not compared/);
  assertEquals(Object.keys(found).length, 14);
});

test("a token that may not see the secret key is named as that", async () => {
  const { secret } = api.keys;
  api.keys.secret = "sb_secret_abc····";
  try {
    const keys = /^not checked: your access token may not read the project's secret key/;
    await assertSays({ Keys: keys, Migrations: keys }, { management: openManagement(project()) });
  } finally {
    api.keys.secret = secret;
  }
});

test("a project with legacy keys only is told to create new ones", async () => {
  const keys = () => Promise.resolve({ secret: stack().env.SUPABASE_SECRET_KEY });
  await assertSays({ Keys: /^fail: the project has only legacy keys/ }, {
    management: { ...management, keys },
  });
});

test("guests whom the functions refuse are a failure if the file lets them in", async () => {
  await assertOnly("Keys", /^fail: guests are refused \(401\)/, {
    project: project({ ALLOW_GUESTS: "true" }),
  });
});

test("a project that signs sessions with its legacy secret is told so", async () => {
  const auth = startFakeServer(() => Response.json({ keys: [] }));
  try {
    const sessions = /^fail: are signed with the legacy JWT secret.*rotate/;
    await assertSays({ Sessions: sessions }, { supabaseUrl: auth.url });
  } finally {
    await auth.stop();
  }
});

test("a sign-up that needs no confirmed address, short passwords and local addresses are named", async () => {
  const before = { ...api.auth };
  Object.assign(api.auth, {
    mailer_autoconfirm: true,
    password_min_length: 6,
    site_url: "http://localhost:3000",
  });
  const fresh = () => ({ ...management, authSettings: () => readAuthSettings(project()) });
  try {
    await assertSays({
      "Sign-up": /^fail: addresses count as confirmed.*Passwords of 6 characters.*set 8/,
      "Site URL": /^warn: is http:\/\/localhost:3000.*URL Configuration/,
    }, { management: fresh() });
    Object.assign(api.auth, before, { password_min_length: 6 });
    await assertOnly("Sign-up", /^warn: Passwords of 6 characters are taken/, {
      management: fresh(),
    });
    Object.assign(api.auth, before, { uri_allow_list: "http://127.0.0.1:5173/**" });
    const redirects = /^warn: https:\/\/boards.example; redirects go to http:\/\/127.0.0.1:5173/;
    await assertOnly("Site URL", redirects, { management: fresh() });
  } finally {
    Object.assign(api.auth, before);
  }
});

test("a function that is missing or of another version is named", async () => {
  const sources = (name: string) =>
    name === "fail-job" ? downloadFunction(project(), name) : management.sources(name);
  const fresh = { management: { ...management, sources } };
  const upload = api.functions.get("fail-job")!;
  try {
    api.functions.delete("fail-job");
    await assertOnly("fail-job", /^fail: is not deployed.*npm run deploy -- .env.prod/, fresh);
    const files = new Map(upload.files).set(
      folder("_shared/jobs.ts"),
      new TextEncoder().encode("// older"),
    );
    api.functions.set("fail-job", { ...upload, files });
    const other =
      /^fail: is another version than this one \(_shared\/jobs.ts\). Deploy it: npm run/;
    await assertOnly("fail-job", other, fresh);
  } finally {
    api.functions.set("fail-job", upload);
  }
});

test("a function that does not answer as it should says what is wrong with it", async () => {
  const token = stack().env.QSTASH_TOKEN; // an answer may quote anything
  const answers: Record<string, () => Response> = {
    "create-job": () => Response.json({ code: "NOT_FOUND" }, { status: 404 }),
    "fail-job": () => Response.json({ code: "BOOT_ERROR" }, { status: 503 }),
    "process-job": () => Response.json({ message: "Missing authorization" }, { status: 401 }),
    "sweep-jobs": () =>
      Response.json({ code: "misconfigured", message: `QSTASH_TOKEN cannot be ${token}` }, {
        status: 500,
      }),
  };
  const server = startFakeServer(({ url }) => answers[url.split("/").at(-1)!]!());
  try {
    await assertSays({
      "create-job": /^fail: is not deployed/,
      "fail-job": /^fail: does not start \(503\).*Logs/,
      "process-job": /^fail: is refused by the platform.*verify_jwt/,
      "sweep-jobs": /^fail: QSTASH_TOKEN cannot be …. Correct it in the file, then: npm run deploy/,
    }, { project: { ...project(), functionsUrl: server.url } });
  } finally {
    await server.stop();
  }
  await assertSays({ "create-job": /^fail: http:.*cannot be reached/ }, {
    project: { ...project(), functionsUrl: server.url },
  });
});

test("a migration that was not applied is named, and so is a database without any", async () => {
  const history = "supabase_migrations.schema_migrations";
  await withSql(
    `create table public.kept as select * from ${history} where version like '%0003';
     delete from ${history} where version like '%0003'`,
    `insert into ${history} select * from public.kept; drop table public.kept`,
    () =>
      assertOnly("Migrations", /^fail: 20261125000003_requests.sql is missing. Apply it: npm run/),
  );
  await withSql(
    "alter function public.vision_board_report rename to other_report",
    "alter function public.other_report rename to vision_board_report",
    () =>
      assertSays({
        Migrations: /^fail: the last ones are missing. Apply them: npm run deploy/,
        "Pending jobs": /^not checked: vision_board_report is missing.*see Migrations/,
      }),
  );
});

test("rights that anon has are found by using them", async () => {
  await withSql(
    `grant select on public.vision_board_jobs to anon;
     grant execute on function public.vision_board_report to anon`,
    `revoke all on public.vision_board_jobs from anon;
     revoke execute on function public.vision_board_report from anon`,
    () => assertOnly("Rights of anon", /^fail: Anybody may select from vision_board_jobs.*revoke/),
  );
});

test("another app's broad policy is harmless beside ours, and named without them", async () => {
  const name = '"Nobody adds vision boards"';
  await withSql(
    'create policy "Everybody, everything" on storage.objects to public using (true)',
    'drop policy "Everybody, everything" on storage.objects',
    async () => {
      assertEquals(await complaints(), {});
      const text =
        /no restrictive policy for insert on storage.objects. These may open.*"Everybody, everything"/;
      await withSql(
        `drop policy ${name} on storage.objects`,
        `create policy ${name} on storage.objects as restrictive for insert to public
           with check (bucket_id not in ('vision-boards', 'board-assets'))`,
        () => assertOnly("Policies of Storage", text),
      );
    },
  );
});

test("a job that is pending for too long is a failure, and failed ones are summed up", async () => {
  await stack().sql`
    insert into public.vision_board_jobs (goals, status, created_at, error_code, error_message)
    values ('["Run"]', 'pending', now() - interval '3 hours', null, null),
      ('["Run"]', 'failed', now() - interval '1 hour', 'gave_up', 'No luck.')`;
  try {
    await assertSays({
      "Pending jobs": /^fail: 1 pending, the oldest for 3 hours; 1 were never handed to QStash/,
      "Jobs of a day": /^warn: \d+ complete.*; 1 failed: gave_up 1. docs\/operations.md/,
    });
  } finally {
    await stack().sql`delete from public.vision_board_jobs where goals = '["Run"]'`;
  }
});

test("a bucket that is public, has other limits or is missing is named", async () => {
  const boards = "Bucket vision-boards", assets = "Bucket board-assets";
  const change = (set: string, bucket: string) =>
    `update storage.buckets set ${set} where id = '${bucket}'`;
  const back = change(
    "public = false, file_size_limit = 10485760, " +
      "allowed_mime_types = array['image/jpeg', 'image/webp', 'image/png']",
    "vision-boards",
  );
  const wrong: [string, RegExp][] = [
    ["public = true", /^fail: It is public.*Edit bucket/],
    ["file_size_limit = 1000", /^fail: Its files may have 1000 bytes and not 10485760/],
    ["file_size_limit = null", /^fail: Its files may have no limit/],
    ["allowed_mime_types = array['image/png']", /^fail: It takes image\/png and not image\/jpeg/],
  ];
  for (const [set, text] of wrong) {
    await withSql(change(set, "vision-boards"), back, () => assertOnly(boards, text));
  }
  await withSql(
    change("public = true", "board-assets"),
    change("public = false", "board-assets"),
    () =>
      assertSays({
        [assets]: /^fail: It is public.*Fill it: npm run deploy/,
        "Rights of anon": /^fail: Anybody may read the bucket board-assets/,
      }),
  );
});

test("assets that are missing or have other bytes are named, and so is an empty bucket", async () => {
  const bucket = stack().service.storage.from("board-assets");
  const names = [...Deno.readDirSync(new URL("supabase/board-assets", root))].map(({ name }) =>
    name
  )
    .sort();
  const upload = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
    bucket.upload(name, bytes, { upsert: true, contentType: "application/octet-stream" });
  const [first, second, ...others] = names;
  const label = "Bucket board-assets";
  try {
    await bucket.remove([first!]);
    await upload(second!, new Uint8Array(10));
    const lacks = new RegExp(`^fail: It lacks ${first}, ${second}: boards are drawn without them`);
    await assertOnly(label, lacks);
    await bucket.remove([second!, ...others]);
    await assertOnly(label, /^fail: It is empty: .*Fill it: npm run deploy -- .env.production/);
  } finally {
    for (const name of names) {
      await upload(name, await Deno.readFile(new URL(`supabase/board-assets/${name}`, root)));
    }
  }
  assertEquals(await complaints(), {});
});

test("a token that QStash does not know, or of another region, is named", async () => {
  const text =
    /^fail: 127.0.0.1:\d+ does not know it \(401\). Copy QSTASH_URL and QSTASH_TOKEN of one/;
  await assertSays({ Token: text, "Dead letters": /^not checked: .*see Token/ }, {
    project: project({ QSTASH_TOKEN: "another-token" }),
  });
  const region = startFakeServer(() => Response.json({ error: "not found" }, { status: 404 }));
  try {
    await assertSays({ Token: /^fail: .*does not know it \(404\)/ }, {
      project: project({ QSTASH_URL: region.url }),
    });
  } finally {
    await region.stop();
  }
});

test("signing keys are compared with QStash's, and tried on a function", async () => {
  const label = "Signing keys";
  const next = /^fail: QSTASH_NEXT_SIGNING_KEY is not QStash's. The functions still have the right/;
  await assertOnly(label, next, { project: project({ QSTASH_NEXT_SIGNING_KEY: "sig_other" }) });
  // QStash's keys were rolled
  const keys = { current: "sig_rolled_current", next: "sig_rolled_next" };
  const qstash = startFakeServer(() => Response.json(keys));
  try {
    const both =
      /CURRENT_SIGNING_KEY and .*NEXT_SIGNING_KEY are not QStash's. Every delivery is refused/;
    await assertSays({ [label]: both }, { project: project({ QSTASH_URL: qstash.url }) });
    await assertSays({
      [label]: /^fail: the functions refuse what QStash signs.*Set them: npm run/,
    }, {
      project: project({
        QSTASH_URL: qstash.url,
        QSTASH_CURRENT_SIGNING_KEY: keys.current,
        QSTASH_NEXT_SIGNING_KEY: keys.next,
      }),
    });
  } finally {
    await qstash.stop();
  }
});

test("a schedule that is paused, missing or of another project is named", async () => {
  const { schedules } = qstashClient(qstash());
  const label = "Schedule of the sweep";
  await schedules.pause({ schedule: sweepSchedule.scheduleId });
  await assertOnly(label, /^fail: It is paused. Resume it: npm run deploy -- .env.production/);
  await schedule("http://127.0.0.1:9/functions/v1");
  await assertOnly(
    label,
    /^fail: It calls http:\/\/127.0.0.1:9\/functions\/v1\/sweep-jobs and not/,
  );
  await schedules.delete(sweepSchedule.scheduleId);
  await assertOnly(label, /^fail: there is none: lost jobs are never found. Create it: npm run/);
  await schedule();
  assertEquals(await complaints(), {});
});

test("the command prints a line for each check, no secret, and ends with 1 after a failure", async () => {
  const secret = "qstash-token-0123456789";
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(
    file,
    `FUNCTIONS_URL=https://<ref>.supabase.co/functions/v1\nQSTASH_URL=${qstash().url}\n` +
      `QSTASH_TOKEN=${secret}\n`,
  );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "tools/commands/doctor.ts", file],
    cwd: root,
    env: { ...api.env, SUPABASE_ACCESS_TOKEN: "" },
    stdin: "null",
  }).output();
  await Deno.remove(file);
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(code, 1, text);
  assertMatch(text, /^✗ Variables +FUNCTIONS_URL is still the example's/m);
  assertMatch(text, /^✗ Token +.*does not know it/m);
  assertMatch(text, /^\d+ failed · \d+ not checked$/m);
  assertEquals(text.match(/^[✓✗!–] /gm)?.length, 20, text);
  assert(!text.includes(secret));
});

// last: the local QStash keeps its dead letters
test("dead letters of this project are counted", async () => {
  const client = qstashClient(qstash());
  await client.publish({ url: `${functionsUrl()}/process-job`, body: "no job", retries: 0 });
  await client.publish({ url: "http://127.0.0.1:9/another-project", retries: 0 });
  await stack().qstash!.idle();
  await assertOnly("Dead letters", /^warn: 1: read their last answers in QStash's console/);
});
