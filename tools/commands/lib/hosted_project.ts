/** What the commands for a hosted project know of it before they call anybody. */
import { parseEnv } from "node:util";
import { levenshteinDistance } from "deno-std/text/levenshtein_distance.js";
import { configErrors, configVariables } from "../../../supabase/functions/_shared/config.ts";
import { describeError } from "../../local-stack/stack_errors.ts";
import { root } from "./process.ts";

export interface HostedProject {
  /** Twenty letters; empty if nothing names it. */
  ref: string;
  /** Without a slash at its end. */
  functionsUrl: string;
  /** What the functions get as secrets: never SUPABASE_*, never empty. */
  secrets: Record<string, string>;
  /** Of QStash, as `* * * * *`. */
  sweepCron?: string;
  /** What the CLI reads from its environment: the access token, where the file holds one. */
  cliEnv: Record<string, string>;
  /** Where the migrations go, if not by the login that the CLI makes; without its password. */
  databaseUrl?: string;
  /** One sentence for each thing that is missing or malformed; none quotes a value. */
  problems: string[];
}

/** Variables of the commands themselves. SUPABASE_* that the CLI reads may stand in the file, too. */
const OWN_VARIABLES = ["SWEEP_CRON"];
const CLI_VARIABLES = ["SUPABASE_ACCESS_TOKEN", "SUPABASE_PROJECT_ID", "SUPABASE_DB_URL"];

/** Those that hold no JSON. Somebody else's variables, for functions of their own, may look like anything. */
const FILLABLE = [...configVariables, ...CLI_VARIABLES].filter((name) =>
  !/_(?:KEYS|JWKS)$/.test(name)
);

/**
 * Reads the file of a project's variables, or the same ones from the environment without a file, as CI
 * sets them. Never throws for what stands there: it is in `problems`, all of it.
 * @param file relative to the directory that the command was started in
 */
export async function readHostedProject(file?: string): Promise<HostedProject> {
  const problems: string[] = [];
  const variables = file ? await readFile(file, problems) : fromEnvironment();
  const set = (name: string) => variables[name]?.trim() || undefined;
  const of = (name: string) => set(name) ?? Deno.env.get(name)?.trim();

  const unfilled = FILLABLE.filter((name) => isPlaceholder(set(name) ?? ""));
  problems.push(
    ...unfilled.map((name) => `${name} is still the example's: put your own value there.`),
  );

  const url = URL.parse(set("FUNCTIONS_URL") ?? "");
  const named = /^([^.]+)\.supabase\.[a-z]+$/.exec(url?.hostname ?? "")?.[1];
  const linked = await Deno.readTextFile(`${root}supabase/.temp/project-ref`)
    .then((text) => text.trim(), () => undefined);
  const project = of("SUPABASE_PROJECT_ID") ?? named ?? linked ?? "";
  const ref = /^[a-z]{20}$/.test(project) ? project : "";
  if (!ref && !unfilled.includes("FUNCTIONS_URL")) {
    problems.push(
      "The project is not known: set FUNCTIONS_URL=https://<ref>.supabase.co/functions/v1 with the 20 " +
        "letters of your project's address, or, with a domain of your own, SUPABASE_PROJECT_ID too.",
    );
  }
  if (named && named !== project) {
    problems.push("FUNCTIONS_URL and SUPABASE_PROJECT_ID name two projects.");
  }
  if (named && !/^\/functions\/v1\/*$/.test(url!.pathname)) {
    problems.push("FUNCTIONS_URL must end with /functions/v1.");
  }

  const defaultUrl = `https://${ref}.supabase.co`;
  const errors = configErrors((name) => name === "SUPABASE_URL" ? defaultUrl : set(name));
  problems.push(
    ...errors.filter(({ variable }) => !unfilled.includes(variable))
      .map(({ variable, message }) => `${message}.${WHERE[variable] ?? ""}`),
  );
  for (const name of ["FUNCTIONS_URL", "QSTASH_URL"]) {
    const url = URL.parse(set(name) ?? "");
    if (url?.protocol === "http:") {
      problems.push(`${name} must start with https://: hosted functions and QStash need it.`);
    }
  }
  for (const name of Object.keys(variables)) {
    const meant = likelyMeant(name);
    if (meant) problems.push(`${name} is no variable of the functions. Did you mean ${meant}?`);
  }

  const database = URL.parse(of("SUPABASE_DB_URL") ?? "");
  const password = database?.password;
  if (database) database.password = "";
  else if (of("SUPABASE_DB_URL")) {
    problems.push(
      "SUPABASE_DB_URL must be a URL, postgresql://…, with %40 for an @ in the password, and so on.",
    );
  }

  const isSecret = ([name, value]: [string, string]) =>
    !name.startsWith("SUPABASE_") && !OWN_VARIABLES.includes(name) && value !== "";
  return {
    ref,
    functionsUrl: (set("FUNCTIONS_URL") ?? `${defaultUrl}/functions/v1`).replace(/\/+$/, ""),
    secrets: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.trim()] as [string, string])
        .filter(isSecret),
    ),
    sweepCron: set("SWEEP_CRON"),
    cliEnv: {
      ...(set("SUPABASE_ACCESS_TOKEN") && { SUPABASE_ACCESS_TOKEN: set("SUPABASE_ACCESS_TOKEN")! }),
      ...(password && { PGPASSWORD: decodeURIComponent(password) }),
    },
    databaseUrl: database?.href,
    problems,
  };
}

/** Where a value is found, for those that everybody must look up. */
const IN_CONSOLE = " https://console.upstash.com/qstash shows it.";
const WHERE: Record<string, string> = {
  QSTASH_URL: IN_CONSOLE,
  QSTASH_TOKEN: IN_CONSOLE,
  QSTASH_CURRENT_SIGNING_KEY: IN_CONSOLE,
  QSTASH_NEXT_SIGNING_KEY: IN_CONSOLE,
};

async function readFile(file: string, problems: string[]): Promise<Record<string, string>> {
  try {
    const text = await Deno.readTextFile(file);
    return parseEnv(text.replace(/^\ufeff/, "")) as Record<string, string>; // Windows' mark at the start
  } catch (error) {
    problems.push(
      `${file} cannot be read (${
        describeError(error)
      }): copy supabase/functions/.env.example to it.`,
    );
    return {};
  }
}

const fromEnvironment = () =>
  Object.fromEntries(
    [...configVariables, ...OWN_VARIABLES].filter((name) => !name.startsWith("SUPABASE_"))
      .flatMap((name) => {
        const value = Deno.env.get(name);
        return value ? [[name, value]] : [];
      }),
  ) as Record<string, string>;

/** `<ref>`, `[YOUR-KEY]`, `{ref}`, `sb_…`, `xxx`, `your-token`, `TODO`; not `Ava <ava@example.com>`. */
const isPlaceholder = (value: string) =>
  /<[^>@]*>|…|\.\.\.|\[[^\]]*\]|\{[^}]*\}|^x{3,}|\byour[-_ ]|change.?me|^(?:todo|tbd)\b/i.test(
    value,
  );

/** The variable that a name misspells, if it is one or two letters away or differs in case or `_`. */
function likelyMeant(name: string): string | undefined {
  const known = [...configVariables, ...OWN_VARIABLES, ...CLI_VARIABLES];
  if (known.includes(name) || name.startsWith("SUPABASE_") && !isNear(name, CLI_VARIABLES)) return;
  return isNear(name, known);
}

function isNear(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toUpperCase().replaceAll(/[^A-Z]/g, "");
  const distance = (other: string): number => levenshteinDistance(plain(name), plain(other));
  return known.toSorted((a, b) => distance(a) - distance(b)).find((other) => distance(other) <= 2);
}
