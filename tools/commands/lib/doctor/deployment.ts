/** A deployed project as its operator sees it: the Management API, the project's own APIs, and QStash. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../../../../supabase/functions/_shared/database.types.ts";
import type { HostedProject } from "../hosted_project.ts";
import { NotCheckedError } from "./finding.ts";
import { type Management, once, openManagement } from "./management.ts";

/** Of the SQL function of that name. */
export type Report = z.infer<typeof report>;

export interface Deployment extends Management {
  project: HostedProject;
  /** Of the project itself, without a slash at its end. */
  supabaseUrl: string;
  /** The command that mends what a deploy mends. */
  redeploy: string;
  /** What must never be printed; grows as keys are read. */
  secrets: Set<string>;
  /** With the secret key. */
  admin(): Promise<SupabaseClient<Database>>;
  /** @throws NotCheckedError if the database has no such function, or another one */
  report(): Promise<Report>;
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

export interface DeploymentOptions {
  /** The file that says what the project is, for the commands that are recommended. */
  file?: string;
  /** Where the project's APIs are, if its ref does not say so. */
  supabaseUrl?: string;
  /** Default: the CLI. */
  management?: Management;
}

export function openDeployment(
  project: HostedProject,
  { file = "", supabaseUrl = urlOf(project), management = openManagement(project) }:
    DeploymentOptions = {},
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
    const found = await management.keys();
    for (const key of Object.values(found)) secrets.add(key);
    return found;
  });
  const admin = once(async () => client((await keys()).secret));
  return {
    project,
    supabaseUrl,
    redeploy: `npm run deploy${file && ` -- ${file}`}`,
    secrets,
    ...management,
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
  const url = URL.parse(functionsUrl);
  return ref && url?.host.startsWith(`${ref}.`) ? url.origin : `https://${ref}.supabase.co`;
};
