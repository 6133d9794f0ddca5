import { join, relative, sep } from "node:path";
import type { ProjectConfig } from "../project.ts";
import type { Handler } from "./api.ts";

export interface SeedOptions {
  /** The repository whose config it is. */
  project: string;
  config: ProjectConfig;
  /** Answers a request to `/storage/v1`. */
  api: Handler;
  secretKey: string;
}

/**
 * Makes the buckets of config.toml and uploads their files, over older ones, as `supabase start` and
 * `supabase seed buckets` do: https://supabase.com/docs/guides/local-development/seeding-your-database
 *
 * @throws with one sentence if a bucket or a file is refused, or a directory is not there
 */
export async function seedBuckets({ project, config, api, secretKey }: SeedOptions): Promise<void> {
  const send = async (path: string, body: BodyInit, type: string, what: string) => {
    const headers = { apikey: secretKey, "content-type": type, "x-upsert": "true" };
    const init = { method: "POST", headers, body };
    const request = new Request(`http://local/storage/v1/${path}`, init);
    const answer = await api(request, new URL(request.url));
    const text = await answer.text();
    // Storage answers 400 with 409 in its body for a bucket that is there
    if (!answer.ok && !/Duplicate|already exists/i.test(text)) {
      throw new Error(`${what} was refused: ${text}`);
    }
  };
  const buckets = Object.entries(config.storage?.buckets ?? {});
  for (const [name, { objects_path, public: open, file_size_limit, ...limits }] of buckets) {
    const bucket = JSON.stringify({
      id: name,
      name,
      public: open ?? false,
      ...limits,
      ...(file_size_limit && { file_size_limit: bytesOf(file_size_limit) }),
    });
    await send("bucket", bucket, "application/json", `The bucket ${name}`);
    if (!objects_path) continue;
    const directory = join(project, "supabase", objects_path);
    await Promise.all(
      filesIn(directory).map(async (file) => {
        const object = relative(directory, file).split(sep).map(encodeURIComponent).join("/");
        const bytes = await Deno.readFile(file);
        const what = `${file} for the bucket ${name}`;
        await send(`object/${name}/${object}`, bytes, typeOf(file), what);
      }),
    );
  }
}

/** A size as the CLI reads it: KB, MB and GB are powers of 1024 too. */
function bytesOf(size: string): number {
  const [, number, unit = ""] = /^([\d.]+)\s*([kmg]?)i?b?$/i.exec(size) ?? [];
  if (number === undefined) throw new Error(`${size} is no size: write it like 5MiB.`);
  return Math.round(Number(number) * 1024 ** " kmg".indexOf(unit.toLowerCase() || " "));
}

const filesIn = (directory: string): string[] =>
  [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    return isDirectory ? filesIn(path) : [path];
  });

const types: Record<string, string> = {
  woff2: "font/woff2",
  webp: "image/webp",
  jpg: "image/jpeg",
};
const typeOf = (file: string) => types[file.split(".").at(-1) ?? ""] ?? "application/octet-stream";
