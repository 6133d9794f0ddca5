import { join, relative, sep } from "node:path";
import { type ProjectConfig, readSize, sizeLimit } from "../project.ts";
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
  const send = async (
    method: "POST" | "PUT",
    path: string,
    body: BodyInit,
    type: string,
    what: string,
  ) => {
    const headers = { apikey: secretKey, "content-type": type, "x-upsert": "true" };
    const request = new Request(`http://local/storage/v1/${path}`, { method, headers, body });
    const answer = await api(request, new URL(request.url));
    const text = await answer.text();
    const there = JSON.parse(text).code === "BucketAlreadyExists";
    if (!answer.ok && !there) throw new Error(`${what} was refused: ${text}`);
    return !there;
  };
  const buckets = Object.entries(config.storage?.buckets ?? {});
  for (const [name, { objects_path, public: open, ...limits }] of buckets) {
    const bucket = JSON.stringify({
      ...{ id: name, name, public: open ?? false, ...limits },
      file_size_limit: readSize(limits.file_size_limit ?? sizeLimit(config)),
    });
    const [json, what] = ["application/json", `The bucket ${name}`];
    const made = await send("POST", "bucket", bucket, json, what);
    if (!made) await send("PUT", `bucket/${name}`, bucket, json, what);
    if (!objects_path) continue;
    const directory = join(project, "supabase", objects_path);
    await Promise.all(
      filesIn(directory).map(async (file) => {
        const object = relative(directory, file).split(sep).map(encodeURIComponent).join("/");
        const bytes = await Deno.readFile(file);
        const what = `${file} for the bucket ${name}`;
        await send("POST", `object/${name}/${object}`, bytes, typeOf(file), what);
      }),
    );
  }
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
