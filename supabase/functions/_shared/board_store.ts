import type { SupabaseClient } from "@supabase/supabase-js";
import type { Config } from "./config.ts";

/** The bucket, as far as boards need it. All throw if Storage refuses or cannot be reached. */
export interface BoardStore {
  upload(path: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** A signed URL that works for so many seconds. */
  link(path: string, seconds: number): Promise<string>;
  /** Removes objects through the Storage API; a path without an object is fine. At most 1000. */
  remove(paths: string[]): Promise<void>;
}

/** Supabase Storage answered with an error, or could not be reached. Its text may hold a URL and stays out. */
export class StorageError extends Error {
  override name = "StorageError";
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  constructor(what: string, cause: { status?: number }) {
    super(`Storage could not ${what}.`);
    this.status = cause.status;
  }
}

/** The bucket `vision-boards`. */
export function boardStore(
  admin: SupabaseClient,
  config: Pick<Config, "supabaseUrl" | "functionsUrl">,
): BoardStore {
  const bucket = admin.storage.from("vision-boards");
  const signed = "/storage/v1/object/sign/vision-boards/";
  return {
    async upload(path, bytes, contentType) {
      if (!isImage(bytes, contentType)) throw new StorageError("take what is no image", {});
      // upsert: the same attempt may upload again after a lost answer; other attempts have other paths
      const { error } = await bucket.upload(path, bytes, {
        contentType,
        upsert: true,
        cacheControl: "31536000",
      });
      if (error) throw new StorageError("upload", error);
    },
    async link(path, seconds) {
      const { data, error } = await bucket.createSignedUrl(path, seconds);
      if (error) throw new StorageError("sign a link", error);
      if (!data.signedUrl.includes(signed)) throw new StorageError("sign a link", {});
      return publicLink(data.signedUrl, config);
    },
    async remove(paths) {
      const { error } = await bucket.remove(paths);
      if (error) throw new StorageError("remove", error);
    },
  };
}

/** How a file of each type begins. */
const magic: Record<string, RegExp> = {
  "image/jpeg": /^\xff\xd8\xff/,
  "image/png": /^\x89PNG/,
  "image/webp": /^RIFF....WEBP/s,
};

/** Whether the bytes are what the type says, by their beginning. */
function isImage(bytes: Uint8Array, contentType: string): boolean {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  return magic[contentType]?.test(head) ?? false;
}

/**
 * Inside `supabase start`, and behind a tunnel, SUPABASE_URL is not what browsers reach. FUNCTIONS_URL
 * is public by its meaning, so a link takes its origin from there.
 */
function publicLink(
  signedUrl: string,
  config: Pick<Config, "supabaseUrl" | "functionsUrl">,
): string {
  const publicUrl = config.functionsUrl.match(/^(.+)\/functions\/v1$/)?.[1];
  return publicUrl ? signedUrl.replace(config.supabaseUrl, publicUrl) : signedUrl;
}
