/**
 * A hosted project on loopback, as far as our commands and the CLI's calls go: Supabase's Management API,
 * the project's own address, and the way of the CLI there.
 *
 *   const api = await startManagementApi();
 *   api.env        for a process: leads the CLI, and Deno's own fetch of `https://<ref>.supabase.invalid`,
 *                  here; holds a valid access token
 *   api.functions  what is deployed, by name; api.secrets, api.buckets likewise. Tests may change them.
 *   api.keys       the project's keys, and `api.auth` its settings of Auth, which tests may change, too
 *   api.requests   what came, newest last: `POST /v1/projects/<ref>/secrets`, `POST https /storage/v1/bucket`
 *   api.answer     a test's own answer instead of the usual one, for any host; `qstash.supabase.invalid` and
 *                  others of `*.supabase.invalid` lead here too, and have no usual answer
 *
 * The CLI is led by its own means: SUPABASE_PROFILE names a file with the API's address, and HTTPS_PROXY
 * takes it to the project, whose certificate is made here. There is no database: the CLI reaches a
 * project's own at port 5432 only. Name one in SUPABASE_DB_URL.
 */

import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign } from "node:crypto";

/** A function as it was uploaded. */
export interface DeployedFunction {
  /** `entrypoint_path`, `import_map_path`, `verify_jwt`, … as the CLI sent them. */
  metadata: Record<string, unknown>;
  /** By path from the repository's root. */
  files: Map<string, Uint8Array>;
  /** Bytes of the whole upload. */
  size: number;
  version: number;
}

/** A bucket of the project, with the objects by path. */
export interface HostedBucket {
  settings: Record<string, unknown>;
  objects: Map<string, Uint8Array>;
}

export interface ManagementApi {
  ref: string;
  /** The project's own address: what FUNCTIONS_URL begins with. */
  projectUrl: string;
  /** The Management API's. */
  url: string;
  env: Record<string, string>;
  functions: Map<string, DeployedFunction>;
  secrets: Map<string, string>;
  buckets: Map<string, HostedBucket>;
  keys: { publishable: string; secret: string };
  /** Under the Management API's own names. */
  auth: Record<string, unknown>;
  requests: string[];
  answer(
    method: string,
    url: URL,
    request: Request,
  ): Response | undefined | Promise<Response | undefined>;
  stop(): Promise<void>;
}

const DOMAIN = "supabase.invalid";
const ACCESS_TOKEN = `sbp_${"0123456789".repeat(4)}`;

export async function startManagementApi(): Promise<ManagementApi> {
  const ref = "abcdefghijklmnopqrst";
  const host = `${ref}.${DOMAIN}`;
  const directory = await Deno.makeTempDir();
  const certificate = makeCertificate();
  const certificateFile = `${directory}/certificate.pem`;
  await Deno.writeTextFile(certificateFile, certificate.cert);
  const functions = new Map<string, DeployedFunction>();
  const secrets = new Map<string, string>();
  const buckets = new Map<string, HostedBucket>();
  const keys = { publishable: "sb_publishable_standin", secret: "sb_secret_standin" };
  const auth = {
    site_url: "https://boards.example",
    uri_allow_list: "",
    mailer_autoconfirm: false,
    password_min_length: 8,
  };
  const requests: string[] = [];
  const ending = new AbortController();
  const listen = {
    hostname: "127.0.0.1",
    port: 0,
    signal: ending.signal,
    onListen() {},
    onError: (error: unknown) => Response.json({ message: String(error) }, { status: 500 }),
  };

  const management = Deno.serve(listen, async (request) => {
    const url = new URL(request.url);
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const answer = await api.answer(request.method, url, request.clone());
    if (answer) return answer;
    if (request.headers.get("authorization") !== `Bearer ${ACCESS_TOKEN}`) {
      return Response.json({ message: "Unauthorized" }, { status: 401 });
    }
    return await manage(request, url) ?? missing(url);
  });

  const project = Deno.serve({ ...listen, ...certificate }, async (request) => {
    const url = new URL(request.url);
    requests.push(`${request.method} https ${url.pathname}${url.search}`);
    return await api.answer(request.method, url, request.clone()) ??
      (url.hostname === host ? await store(request, url) : undefined) ?? missing(url);
  });

  async function manage(request: Request, url: URL): Promise<Response | undefined> {
    const route = `${request.method} ${url.pathname.replace(`/v1/projects/${ref}`, "")}`;
    const [, name, part] = /^GET \/functions\/([\w-]+)(\/body)?$/.exec(route) ?? [];
    const found = name && functions.get(name);
    if (found) {
      return part ? downloadOf(found) : Response.json(describeFunction(name, found));
    }
    switch (route) {
      case "GET ":
        return Response.json({ ref, id: ref, name: "Vision boards", status: "ACTIVE_HEALTHY" });
      case "GET /functions":
        return Response.json([...functions].map((entry) => describeFunction(...entry)));
      case "POST /functions/deploy": {
        const slug = url.searchParams.get("slug")!;
        const body = await request.bytes();
        const form = await new Response(body, { headers: request.headers }).formData();
        const deployed: DeployedFunction = {
          metadata: JSON.parse(await textOf(form.get("metadata"))),
          files: new Map(),
          size: body.length,
          version: (functions.get(slug)?.version ?? 0) + 1,
        };
        for (const file of form.getAll("file")) {
          if (file instanceof File) deployed.files.set(file.name, await file.bytes());
        }
        functions.set(slug, deployed);
        return Response.json(describeFunction(slug, deployed), { status: 201 });
      }
      case "GET /secrets":
        return Response.json([...secrets.keys()].map((name) => ({ name, value: "" })));
      case "POST /secrets":
        for (const { name, value } of await request.json()) secrets.set(name, value);
        return new Response(null, { status: 201 });
      case "GET /api-keys":
        return Response.json([
          { id: "1", name: "default", type: "publishable", api_key: keys.publishable },
          {
            id: "2",
            name: "default",
            type: "secret",
            api_key: keys.secret,
            secret_jwt_template: { role: "service_role" },
          },
        ]);
      case "POST /cli/login-role":
        return Response.json({ message: "the stand-in has no database" }, { status: 403 });
      case `GET /v2/projects/${ref}/config`:
        return Response.json({ data: { id: ref, type: "project_config", attributes: { auth } } });
      case "GET /config/database/pooler":
        return Response.json([pooler(ref)]);
    }
  }

  async function store(request: Request, url: URL): Promise<Response | undefined> {
    const [, part, name, path] = /^\/storage\/v1\/(bucket|object)\/?([^/]*)\/?(.*)$/
      .exec(decodeURIComponent(url.pathname)) ?? [];
    if (!part) return;
    if (request.headers.get("apikey") !== keys.secret) {
      return Response.json({ statusCode: "403", error: "Unauthorized" }, { status: 400 });
    }
    if (part === "bucket" && request.method === "GET") {
      return Response.json(
        [...buckets].map(([id, { settings }]) => ({ ...settings, id, name: id })),
      );
    }
    if (part === "bucket") {
      const { name: named, ...settings } = await request.json();
      const bucket: string = name || named;
      const objects = buckets.get(bucket)?.objects ?? new Map();
      buckets.set(bucket, { settings, objects });
      return Response.json(name ? { message: "Successfully updated" } : { name: bucket });
    }
    const bucket = buckets.get(name!);
    if (!bucket || request.method !== "POST") return;
    bucket.objects.set(path!, await request.bytes());
    return Response.json({ Key: `${name}/${path}`, Id: crypto.randomUUID() });
  }

  const proxy = startProxy(project.addr.port);
  const profile = `${directory}/profile.yaml`;
  const address = `http://127.0.0.1:${management.addr.port}`;
  await Deno.writeTextFile(
    profile,
    `name: standin\napi_url: ${address}\ndashboard_url: ${address}\nproject_host: ${DOMAIN}\n`,
  );

  const api: ManagementApi = {
    ref,
    projectUrl: `https://${host}`,
    url: address,
    env: {
      SUPABASE_PROFILE: profile,
      SUPABASE_HOME: directory,
      SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
      SUPABASE_API_MAX_RETRIES: "0",
      SUPABASE_NO_KEYRING: "1",
      SUPABASE_TELEMETRY_DISABLED: "1",
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: certificateFile,
      DENO_CERT: certificateFile,
      NO_COLOR: "1",
    },
    functions,
    secrets,
    buckets,
    keys,
    auth,
    requests,
    answer: () => undefined,
    async stop(): Promise<void> {
      ending.abort();
      proxy.stop();
      await Promise.all([management.finished, project.finished]);
      await Deno.remove(directory, { recursive: true });
    },
  };
  return api;
}

const missing = ({ pathname }: URL) =>
  Response.json({ message: `the stand-in has no ${pathname}` }, { status: 404 });

const textOf = async (part: FormDataEntryValue | null) =>
  part instanceof File ? await part.text() : part ?? "{}";

function describeFunction(slug: string, { metadata, version }: DeployedFunction) {
  const { entrypoint_path, import_map_path, verify_jwt = true } = metadata;
  const times = { created_at: 1, updated_at: Date.now() };
  const paths = { entrypoint_path, import_map_path };
  return { id: slug, slug, name: slug, status: "ACTIVE", version, ...times, verify_jwt, ...paths };
}

/** The files of a function, as `functions download --use-api` asks for them. */
function downloadOf({ metadata, files }: DeployedFunction): Response {
  const form = new FormData();
  form.set("metadata", JSON.stringify({ deno2_entrypoint_path: metadata.entrypoint_path }));
  for (const [name, bytes] of files) form.append("file", new File([new Uint8Array(bytes)], name));
  return new Response(form);
}

/** As the API describes the pooler of a project's database. */
function pooler(ref: string) {
  const [db_host, db_user, db_port] = [`pooler.${DOMAIN}`, `postgres.${ref}`, 5432];
  const connection_string =
    `postgresql://${db_user}:[YOUR-PASSWORD]@${db_host}:${db_port}/postgres`;
  return {
    identifier: ref,
    database_type: "PRIMARY",
    is_using_scram_auth: true,
    db_user,
    db_host,
    db_port,
    db_name: "postgres",
    connection_string,
    connectionString: connection_string,
    default_pool_size: 15,
    max_client_conn: 200,
    pool_mode: "session",
  };
}

/** A certificate of the domain that nobody signed but itself. By hand: not every machine has `openssl`. */
function makeCertificate() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const { length } = body;
    const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
    return Buffer.concat([Buffer.from([tag, ...length < 128 ? [length] : long]), body]);
  };
  const [SEQUENCE, SET] = [0x30, 0x31];
  const hex = (text: string) => Buffer.from(text, "hex");
  const algorithm = der(SEQUENCE, hex("06082a8648ce3d040302")); // ECDSA with SHA-256
  const commonName = der(SEQUENCE, hex("0603550403"), der(0x0c, Buffer.from(DOMAIN)));
  const name = der(SEQUENCE, der(SET, commonName));
  const time = (date: number) =>
    der(
      0x17,
      Buffer.from(`${new Date(date).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`),
    );
  const day = 86_400_000;
  const names = der(0x04, der(SEQUENCE, der(0x82, Buffer.from(`*.${DOMAIN}`))));
  const content = der(
    SEQUENCE,
    hex("a003020102"), // version 3
    hex("020101"), // serial number
    algorithm,
    name,
    der(SEQUENCE, time(Date.now() - day), time(Date.now() + day)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(SEQUENCE, der(SEQUENCE, hex("0603551d11"), names))), // alternative names
  );
  const signature = der(0x03, hex("00"), sign("sha256", content, privateKey));
  const base64 = der(SEQUENCE, content, algorithm, signature).toString("base64");
  const lines = base64.match(/.{1,64}/g)!.join("\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

/** A proxy that takes `CONNECT` of the domain to a port of this machine, and nothing else anywhere. */
function startProxy(target: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const pass = async (connection: Deno.Conn) => {
    open.add(connection);
    const buffer = new Uint8Array(4096);
    let asked = "";
    while (!asked.includes("\r\n\r\n")) {
      const length = await connection.read(buffer);
      if (length === null) return;
      asked += new TextDecoder().decode(buffer.subarray(0, length));
    }
    const known = asked.split(" ")[1]?.endsWith(`.${DOMAIN}:443`);
    const line = known ? "200 OK" : "403 Forbidden";
    await connection.write(new TextEncoder().encode(`HTTP/1.1 ${line}\r\n\r\n`));
    if (!known) return;
    const server = await Deno.connect({ hostname: "127.0.0.1", port: target });
    open.add(server);
    await Promise.all([
      connection.readable.pipeTo(server.writable),
      server.readable.pipeTo(connection.writable),
    ]);
  };
  const close = (connection: Deno.Conn) => {
    try {
      connection.close();
    } catch { /* it is closed */ }
  };
  (async () => {
    for await (const connection of listener) {
      pass(connection).catch(() => {}).finally(() => close(connection));
    }
  })().catch(() => {});
  return {
    port: listener.addr.port,
    stop() {
      listener.close();
      open.forEach(close);
    },
  };
}
