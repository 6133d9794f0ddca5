/** A deployed project, as far as its owner sees it: through the CLI, the project's own APIs, and QStash. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../../../../supabase/functions/_shared/database.types.ts";
import { describeError } from "../../../local-stack/stack_errors.ts";
import type { HostedProject } from "../hosted_project.ts";
import { root, run } from "../process.ts";
import { NotCheckedError } from "./finding.ts";

export interface Keys {
  /** Undefined where a project has only legacy keys. */
  publishable?: string;
  secret: string;
}

/** Supabase Auth's settings under their names in config.toml. */
export interface AuthSettings {
  confirmations: boolean;
  passwordLength: number;
  siteUrl: string;
  redirectUrls: string[];
}

/** Of the SQL function of that name. */
export type Report = z.infer<typeof report>;

export interface Deployment {
  project: HostedProject;
  /** Of the project itself, without a slash at its end. */
  supabaseUrl: string;
  /** The command that mends what a deploy mends. */
  redeploy: string;
  /** What must never be printed; grows as keys are read. */
  secrets: Set<string>;
  /** @throws NotCheckedError without a login, as all that needs the keys */
  keys(): Promise<Keys>;
  /** Of the service role. */
  admin(): Promise<SupabaseClient<Database>>;
  /** @throws NotCheckedError if the database has no such function, or another one */
  report(): Promise<Report>;
  authSettings(): Promise<AuthSettings>;
  /** The deployed sources of a function, by path from `supabase/functions/`; null if there is none. */
  sources(name: string): Promise<Map<string, string> | null>;
  /** One request of QStash, with the token. */
  qstash(path: string): Promise<{ status: number; json: unknown }>;
}

/** A request of any of these ends after so many milliseconds. */
export const REQUEST = 15_000;

const span = z.object({
  pending: z.number(),
  processing: z.number(),
  complete: z.number(),
  failed: z.number(),
  p50_seconds: z.number().nullable(),
  p95_seconds: z.number().nullable(),
  failures: z.record(z.string(), z.number()),
});
const report = z.object({
  hour: span,
  day: span,
  pending: z.object({
    jobs: z.number(),
    oldest_seconds: z.number().nullable(),
    never_dispatched: z.number(),
  }),
  migrations: z.array(z.string()).nullable(),
  storage_policies: z.array(z.object({
    table: z.string(),
    name: z.string(),
    restrictive: z.boolean(),
    command: z.string(),
    roles: z.array(z.string()),
    condition: z.string(),
  })),
});

/**
 * @param project what its file says
 * @param file its name, for the commands that are recommended
 * @param supabaseUrl where that is not what the project's ref says
 */
export function openDeployment(
  project: HostedProject,
  file = "",
  supabaseUrl = urlOf(project),
): Deployment {
  const secrets = new Set(
    Object.entries(project.secrets).filter(([name]) => /KEY|TOKEN|SECRET|PASSWORD/.test(name))
      .map(([, value]) => value).concat(Object.values(project.cliEnv)),
  );
  const client = (key: string) =>
    createClient<Database>(supabaseUrl, key, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: (input, init) => fetch(input, { signal: soon(), ...init }) },
    });
  const keys = once(async () => {
    const list = await cli(project, ["projects", "api-keys", "--reveal"]);
    const found = chooseKeys(keyList.parse(JSON.parse(list)).keys);
    if (!found) {
      throw new NotCheckedError(
        "your access token may not read the project's secret key. Give it api_gateway_keys_secret_read, " +
          "or log in as an owner: npx supabase login.",
      );
    }
    for (const key of [found.publishable, found.secret]) if (key) secrets.add(key);
    return found;
  });
  const admin = once(async () => client((await keys()).secret));
  return {
    project,
    supabaseUrl,
    redeploy: `npm run deploy${file && ` -- ${file}`}`,
    secrets,
    keys,
    admin,
    report: once(async () => {
      const { data, error } = await (await admin()).rpc("vision_board_report");
      const parsed = report.safeParse(data);
      if (parsed.success) return parsed.data;
      throw new NotCheckedError(
        error && error.code !== "PGRST202"
          ? `the database does not answer (${error.code || error.message}).`
          : "vision_board_report is missing or another one: see Migrations.",
      );
    }),
    authSettings: once(async () => {
      await keys();
      return await readAuthSettings(project);
    }),
    sources: async (name) => {
      await keys();
      return await downloadFunction(project, name);
    },
    async qstash(path) {
      const { QSTASH_URL = "", QSTASH_TOKEN = "" } = project.secrets;
      if (!QSTASH_URL || !QSTASH_TOKEN) {
        throw new NotCheckedError("QSTASH_URL and QSTASH_TOKEN are not set: see Variables.");
      }
      const headers = { authorization: `Bearer ${QSTASH_TOKEN}` };
      const url = `${QSTASH_URL.replace(/\/+$/, "")}${path}`;
      const response = await fetch(url, { headers, signal: soon() });
      return {
        status: response.status,
        json: await response.json().catch(() => null),
      };
    },
  };
}

export const soon = () => AbortSignal.timeout(REQUEST);

/** Functions may have a domain of their own; the project always has this address. */
const urlOf = ({ ref, functionsUrl }: HostedProject): string => {
  const { origin, host } = new URL(functionsUrl);
  return host.startsWith(`${ref}.`) ? origin : `https://${ref}.supabase.co`;
};

/** Calls `make` at the first call only. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}

const keyList = z.object({
  keys: z.array(z.object({
    name: z.string(),
    type: z.string().nullish(),
    api_key: z.string().nullish(),
  })),
});

/** The key named `default` first; legacy ones where there are no others. Without the right they are masked. */
function chooseKeys(list: z.infer<typeof keyList>["keys"]): Keys | undefined {
  const readable = list.filter(({ api_key }) => api_key && /^[\w.-]+$/.test(api_key));
  const choose = (type: string, legacy: string) =>
    (readable.find((key) => key.type === type && key.name === "default") ??
      readable.find((key) => key.type === type) ??
      readable.find((key) => key.name === legacy))?.api_key ?? undefined;
  const secret = choose("secret", "service_role");
  return secret ? { secret, publishable: choose("publishable", "") } : undefined;
}

/**
 * The CLI on the project, through Node, as Windows runs no script by its first line; its answer is JSON.
 * @throws NotCheckedError with what it said
 */
async function cli({ ref, cliEnv }: HostedProject, args: string[]): Promise<string> {
  if (!ref) throw new NotCheckedError("the project is not known: see Variables.");
  const program = `${root}node_modules/supabase/dist/supabase.js`;
  const options = ["--output-format", "json", `--remote=${ref}`, "--yes"];
  try {
    return await run("node", [program, ...args, ...options], { env: cliEnv });
  } catch (error) {
    const text = describeError(error);
    if (/access token/i.test(text)) {
      throw new NotCheckedError("log in: npx supabase login, or set SUPABASE_ACCESS_TOKEN.");
    }
    const said = /"message":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
    throw new NotCheckedError(`supabase ${args[0]} ${args[1]}: ${said ? JSON.parse(said) : text}`);
  }
}

/** Calls `use` with a directory for the CLI, `supabase/config.toml` in it. */
async function inDirectory<T>(config: string, use: (path: string) => Promise<T>): Promise<T> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/supabase`);
    await Deno.writeTextFile(
      `${directory}/supabase/config.toml`,
      `project_id = "doctor"\n${config}`,
    );
    return await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The worst values: `config diff` names each setting that is another, and its value. */
const WORST: AuthSettings = {
  confirmations: false,
  passwordLength: 6, // the least that Auth takes
  siteUrl: "http://127.0.0.1:3000",
  redirectUrls: [],
};

async function readAuthSettings(project: HostedProject): Promise<AuthSettings> {
  const config = `[auth]
site_url = "${WORST.siteUrl}"
additional_redirect_urls = []
minimum_password_length = ${WORST.passwordLength}
[auth.email]
enable_confirmations = ${WORST.confirmations}
`;
  const diff = await inDirectory(
    config,
    (directory) => cli(project, ["config", "diff", "--workdir", directory]),
  );
  const { scope, changes } = configDiff.parse(JSON.parse(diff));
  if (!scope.present.includes("auth")) {
    throw new NotCheckedError("the Management API did not say; the dashboard does.");
  }
  const remote = <T>(path: string, schema: z.ZodType<T>, worst: T): T => {
    const change = changes.find((change) => change.path.join(".") === path);
    return change ? schema.parse(change.remote) : worst;
  };
  return {
    confirmations: remote("auth.email.enable_confirmations", z.boolean(), WORST.confirmations),
    passwordLength: remote("auth.minimum_password_length", z.number(), WORST.passwordLength),
    siteUrl: remote("auth.site_url", z.string(), WORST.siteUrl),
    redirectUrls: remote("auth.additional_redirect_urls", z.array(z.string()), WORST.redirectUrls),
  };
}

const configDiff = z.object({
  scope: z.object({ present: z.array(z.string()) }),
  changes: z.array(z.object({ path: z.array(z.string()), remote: z.unknown() })),
});

async function downloadFunction(
  project: HostedProject,
  name: string,
): Promise<Map<string, string> | null> {
  return await inDirectory("", async (directory) => {
    try {
      await cli(project, ["functions", "download", name, "--use-api", "--workdir", directory]);
    } catch (error) {
      if (/not found|404/i.test(describeError(error))) return null;
      throw error;
    }
    return await readSources(`${directory}/supabase/functions`);
  });
}

/** The text files below a directory, by path from it. */
async function readSources(directory: string, below = ""): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(`${directory}/${below}`)) {
    const path = `${below}${name}`;
    if (!isDirectory) files.set(path, await Deno.readTextFile(`${directory}/${path}`));
    else for (const file of await readSources(directory, `${path}/`)) files.set(...file);
  }
  return files;
}
