import { BOARDS_BUCKET } from "../../../../supabase/functions/_shared/contract.ts";
import { ASSETS_BUCKET } from "../../../../supabase/functions/_shared/contract.ts";
import { timing } from "../../../../supabase/functions/_shared/timing.ts";
import { root } from "../process.ts";
import { type Deployment, type Report, soon } from "./deployment.ts";
import { type Check, fail, failIf, NotCheckedError, ok, warn } from "./finding.ts";

const migrations: Check<Deployment> = {
  label: "Migrations",
  async run({ admin, report, redeploy }) {
    const { error } = await (await admin()).rpc("vision_board_report");
    if (error?.code === "PGRST202") {
      return fail(`the last ones are missing. Apply them: ${redeploy}`);
    }
    const applied = (await report()).migrations;
    if (!applied) throw new NotCheckedError("the database has no history of the CLI's migrations.");
    const missing = [...Deno.readDirSync(`${root}supabase/migrations`)].map(({ name }) => name)
      .filter((name) => !applied.includes(name.split("_")[0]!)).sort();
    return failIf(
      missing.map((name) => `${name} is missing. Apply it: ${redeploy}`),
      "all are applied",
    );
  },
};

const pendingJobs: Check<Deployment> = {
  label: "Pending jobs",
  async run({ report }) {
    const { jobs, oldest_seconds: oldest, never_dispatched } = (await report()).pending;
    if (oldest === null) return ok("none");
    const waiting = `${jobs} pending, the oldest for ${duration(oldest)}`;
    if (oldest <= timing.silence) return ok(waiting);
    return fail(
      never_dispatched > 0
        ? `${waiting}; ${never_dispatched} were never handed to QStash. See QStash below: the sweep ` +
          "hands them over."
        : `${waiting}. QStash's console shows their messages; raise BOARDS_AT_ONCE if they only queue.`,
    );
  },
};

const endedJobs: Check<Deployment> = {
  label: "Jobs of a day",
  async run({ report }) {
    const { complete, failed, p50_seconds, p95_seconds, failures } = (await report()).day;
    if (complete + failed === 0) return ok("none has ended");
    const times = complete > 0 ? ` in ${p50_seconds} s (p50), ${p95_seconds} s (p95)` : "";
    const summary = `${complete} complete${times}`;
    if (failed === 0) return ok(summary);
    const codes = Object.entries(failures).map(([code, jobs]) => `${code} ${jobs}`).join(", ");
    return warn(`${summary}; ${failed} failed: ${codes}. docs/operations.md says what each means.`);
  },
};

/** Really tries, with the key that every visitor of the page has. */
const anonRights: Check<Deployment> = {
  label: "Rights of anon",
  async run({ keys, admin, supabaseUrl }) {
    const { publishable } = await keys();
    if (!publishable) throw new NotCheckedError("there is no publishable key: see Keys.");
    const ask = (path: string, body?: unknown) =>
      fetch(`${supabaseUrl}${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { apikey: publishable, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: soon(),
      });
    const succeeds = async (path: string, body?: unknown) => {
      const response = await ask(path, body);
      await response.body?.cancel();
      return response.ok;
    };
    const problems: string[] = [];

    if (await succeeds("/rest/v1/vision_board_jobs?select=id&limit=1")) {
      problems.push(
        "Anybody may select from vision_board_jobs. Take the right away: " +
          "revoke all on public.vision_board_jobs from anon;",
      );
    }
    if (await succeeds("/rest/v1/rpc/vision_board_report", {})) {
      problems.push(
        "Anybody may call vision_board_report. Take the right away: " +
          "revoke execute on function public.vision_board_report from public, anon, authenticated;",
      );
    }
    const { data: jobs } = await (await admin()).from("vision_board_jobs")
      .select("image_storage_path").eq("status", "complete").not("image_storage_path", "is", null)
      .order("created_at", { ascending: false }).limit(1);
    const { data: assets } = await (await admin()).storage.from(ASSETS_BUCKET).list("", {
      limit: 1,
    });
    const [board, asset] = [jobs?.[0]?.image_storage_path, assets?.[0]?.name];
    for (const [bucket, path] of [[BOARDS_BUCKET, board], [ASSETS_BUCKET, asset]]) {
      const listing = await ask(`/storage/v1/object/list/${bucket}`, { prefix: "", limit: 1 });
      const listed = await listing.json().catch(() => null);
      const open = Array.isArray(listed) && listed.length > 0 || path && (
            await succeeds(`/storage/v1/object/${bucket}/${path}`) ||
            await succeeds(`/storage/v1/object/public/${bucket}/${path}`)
          );
      if (open) problems.push(`Anybody may read the bucket ${bucket}: see Storage below.`);
    }
    return failIf(problems, "reads no row, no board, no asset");
  },
};

const policies: Check<Deployment> = {
  label: "Policies of Storage",
  async run({ report }) {
    const { storage_policies: all } = await report();
    const missing = ["SELECT", "INSERT", "UPDATE", "DELETE"].flatMap((command) =>
      ["objects", "buckets"].filter((table) =>
        !all.some((policy) => narrows(policy, table, command))
      ).map((table) => `${command.toLowerCase()} on storage.${table}`)
    );
    const others = all.filter((policy) => !policy.restrictive && !mentions(policy, BOARDS_BUCKET));
    if (missing.length === 0) {
      const count = others.length === 1 ? "one of another app" : `${others.length} of other apps`;
      return ok(others.length > 0 ? `${count}, and none opens the buckets` : "only ours");
    }
    const broad = others.filter(({ condition }) => !/bucket_id\s*=|\bid\s*=/.test(condition))
      .map(({ name }) => `"${name}"`);
    const openers = broad.length > 0 ? ` These may open the buckets: ${broad.join(", ")}.` : "";
    return fail(
      `no restrictive policy for ${missing.join(", ")}.${openers} Run the statements of ` +
        "supabase/migrations/20261125000005_boards.sql again in the SQL editor.",
    );
  },
};

type Policy = Report["storage_policies"][number];

const mentions = ({ condition }: Policy, bucket: string) => condition.includes(`'${bucket}'`);

/** Whether it keeps everybody from both buckets, whatever permissive policies there are. */
const narrows = (policy: Policy, table: string, command: string) =>
  policy.table === table && policy.restrictive && ["ALL", command].includes(policy.command) &&
  policy.roles.includes("public") && mentions(policy, BOARDS_BUCKET) &&
  mentions(policy, ASSETS_BUCKET);

const duration = (seconds: number): string =>
  seconds < 120
    ? `${seconds} s`
    : seconds < 7200
    ? `${Math.round(seconds / 60)} minutes`
    : `${Math.round(seconds / 3600)} hours`;

export const databaseChecks = [migrations, anonRights, policies, pendingJobs, endedJobs];
