/** What only an account of the project gets from Supabase's Management API, through the CLI and its login. */
import { z } from "zod";
import { describeError } from "../../../local-stack/stack_errors.ts";
import type { HostedProject } from "../hosted_project.ts";
import { runSupabase } from "../process.ts";
import { NotCheckedError } from "./finding.ts";

export interface Keys {
  /** Undefined where a project has only legacy keys. */
  publishable?: string;
  secret: string;
}

/** Supabase Auth's settings. */
export interface AuthSettings {
  confirmations: boolean;
  passwordLength: number;
  siteUrl: string;
  redirectUrls: string[];
}

/** All of them throw a NotCheckedError without a login. Each asks once. */
export interface Management {
  keys(): Promise<Keys>;
  authSettings(): Promise<AuthSettings>;
  /** As `downloadFunction`. */
  sources(name: string): Promise<Map<string, string> | null>;
}

/** Nothing else is asked before the keys: without a login one call is enough. */
export function openManagement(project: HostedProject): Management {
  const keys = once(() => readKeys(project));
  const downloads = new Map<string, Promise<Map<string, string> | null>>();
  return {
    keys,
    authSettings: once(async () => (await keys(), await readAuthSettings(project))),
    async sources(name) {
      await keys();
      if (!downloads.has(name)) downloads.set(name, downloadFunction(project, name));
      return await downloads.get(name)!;
    },
  };
}

/** Calls `make` at the first call only. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}

async function readKeys(project: HostedProject): Promise<Keys> {
  const list = await cli(project, ["projects", "api-keys", "--reveal"]);
  const keys = chooseKeys(keyList.parse(JSON.parse(list)).keys);
  if (keys) return keys;
  throw new NotCheckedError(
    "your access token may not read the project's secret key. Give it api_gateway_keys_secret_read, or " +
      "log in as an owner: npx supabase login.",
  );
}

const keyList = z.object({
  keys: z.array(z.object({
    name: z.string(),
    type: z.string().nullish(),
    api_key: z.string().nullish(),
  })),
});

/** The keys named `default`, else any, else legacy ones. Without the right to see them they are masked. */
function chooseKeys(list: z.infer<typeof keyList>["keys"]): Keys | undefined {
  const readable = list.filter(({ api_key }) => api_key && /^[\w.-]+$/.test(api_key));
  const choose = (type: string, legacy: string) =>
    (readable.find((key) => key.type === type && key.name === "default") ??
      readable.find((key) => key.type === type) ??
      readable.find((key) => key.name === legacy))?.api_key ?? undefined;
  const secret = choose("secret", "service_role");
  return secret ? { secret, publishable: choose("publishable", "") } : undefined;
}

/** What the CLI says of the project, in JSON. @throws NotCheckedError with its reason */
async function cli({ ref, cliEnv }: HostedProject, args: string[]): Promise<string> {
  if (!ref) throw new NotCheckedError("the project is not known: see Variables.");
  const options = ["--output-format", "json", `--remote=${ref}`, "--yes"];
  try {
    return await runSupabase([...args, ...options], { env: cliEnv });
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

export async function readAuthSettings(project: HostedProject): Promise<AuthSettings> {
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

/** The deployed sources of a function, by path from `supabase/functions/`; null if there is none. */
export async function downloadFunction(
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
