import { ASSETS_BUCKET, BOARDS_BUCKET } from "../../../../supabase/functions/_shared/contract.ts";
import { readProjectConfig, readSize } from "../../../local-stack/project.ts";
import { root } from "../process.ts";
import type { Deployment } from "./deployment.ts";
import { type Check, fail, failIf } from "./finding.ts";

interface Settings {
  /** Bytes. */
  limit: number;
  types: string[];
}

const boards: Check<Deployment> = {
  label: `Bucket ${BOARDS_BUCKET}`,
  async run(deployment) {
    // as supabase/migrations/20261125000005_boards.sql makes it
    const wanted = {
      limit: 10 * 1024 * 1024,
      types: ["image/jpeg", "image/webp", "image/png"],
    };
    const found = await examineBucket(deployment, BOARDS_BUCKET, wanted);
    if (found === null) {
      return fail(
        "there is none: no board can be stored. Run the first statement of " +
          "supabase/migrations/20261125000005_boards.sql in the SQL editor.",
      );
    }
    const page = `Set it: the dashboard's Storage, ${BOARDS_BUCKET}, Edit bucket.`;
    return failIf(found.map((problem) => `${problem} ${page}`), "private, with its limits");
  },
};

const assets: Check<Deployment> = {
  label: `Bucket ${ASSETS_BUCKET}`,
  async run(deployment) {
    const mend = `Fill it: ${deployment.redeploy}`;
    const config = (await readProjectConfig(root)).storage!.buckets![ASSETS_BUCKET]!;
    const found = await examineBucket(deployment, ASSETS_BUCKET, {
      limit: readSize(config.file_size_limit!),
      types: config.allowed_mime_types!,
    });
    if (found === null) return fail(`there is none: boards lack pictures and letters. ${mend}`);
    const [missing, whole] = await compareContents(deployment, `supabase/${config.objects_path}`);
    if (missing.length > 0) {
      const all = whole === 0 ? "It is empty" : `It lacks ${missing.join(", ")}`;
      found.push(`${all}: boards are drawn without them.`);
    }
    return failIf(found.map((problem) => `${problem} ${mend}`), `private, with its ${whole} files`);
  },
};

/** What is wrong with a bucket's settings, a sentence each; null if there is no such bucket. */
async function examineBucket(
  { admin }: Deployment,
  name: string,
  { limit, types }: Settings,
): Promise<string[] | null> {
  const { data: bucket, error } = await (await admin()).storage.getBucket(name);
  if (!bucket) {
    if (/not found/i.test(error?.message ?? "")) return null;
    throw new Error(`Storage does not answer: ${error?.message}`);
  }
  const problems: string[] = [];
  if (bucket.public) problems.push("It is public: whoever knows a path reads the file.");
  if (bucket.file_size_limit !== limit) {
    const shown = bucket.file_size_limit ? `${bucket.file_size_limit} bytes` : "no limit";
    problems.push(`Its files may have ${shown} and not ${limit} bytes.`);
  }
  const taken = bucket.allowed_mime_types ?? [];
  if (taken.toSorted().join() !== types.toSorted().join()) {
    const shown = taken.length > 0 ? taken.join(", ") : "any type";
    problems.push(`It takes ${shown} and not ${types.join(", ")}.`);
  }
  return problems;
}

/** @returns the names of the files that are missing or others, and how many are whole */
async function compareContents(
  { admin }: Deployment,
  directory: string,
): Promise<[string[], number]> {
  const bucket = (await admin()).storage.from(ASSETS_BUCKET);
  const names = [...Deno.readDirSync(`${root}${directory}`)].map(({ name }) => name).sort();
  const isWhole = await Promise.all(names.map(async (name) => {
    const { data } = await bucket.download(name);
    if (!data) return false;
    const here = await Deno.readFile(`${root}${directory}/${name}`);
    return await hashOf(await data.bytes()) === await hashOf(here);
  }));
  return [names.filter((_, i) => !isWhole[i]), isWhole.filter(Boolean).length];
}

const hashOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();

export const storageChecks = [boards, assets];
