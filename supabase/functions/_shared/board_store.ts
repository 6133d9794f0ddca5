import type { SupabaseClient } from "@supabase/supabase-js";
import type { Config } from "./config.ts";
import { BOARDS_BUCKET } from "./contract.ts";
import { StorageError } from "./errors.ts";

/** The bucket, as far as jobs need it. All throw StorageError if Storage refuses or cannot be reached. */
export interface BoardStore {
  /** Writes a board; the same path again replaces it. */
  upload(path: string, jpeg: Uint8Array): Promise<void>;
  /** A signed URL that works for so many seconds. */
  link(path: string, seconds: number): Promise<string>;
  /** Removes objects through the Storage API; a path without an object is fine. At most 1000. */
  remove(paths: string[]): Promise<void>;
}

/**
 * What the owner's browser may keep: asked again each time, which costs a 304 without a body, so that a
 * board cannot be opened any more after sign-out or deletion. The SDK puts `max-age=` before it. Signed
 * links do not carry it: Storage gives them `Expires` instead.
 */
const cacheControl = "0, private, must-revalidate";

type Urls = Pick<Config, "supabaseUrl" | "functionsUrl">;

/** The bucket `vision-boards`, with the rights of the service role. */
export function boardStore(admin: SupabaseClient, urls: Urls): BoardStore {
  const bucket = admin.storage.from(BOARDS_BUCKET);
  const signed = `/storage/v1/object/sign/${BOARDS_BUCKET}/`;
  return {
    async upload(path, jpeg) {
      const isJpeg = jpeg[0] === 0xff && jpeg[1] === 0xd8 && jpeg[2] === 0xff;
      if (!isJpeg) throw new StorageError("take what is not a JPEG");
      // upsert: the same attempt may upload again after a lost answer; other attempts have other paths
      const options = { contentType: "image/jpeg", upsert: true, cacheControl };
      const { error } = await bucket.upload(path, jpeg, options);
      if (error) throw new StorageError("upload", error);
    },
    async link(path, seconds) {
      const { data, error } = await bucket.createSignedUrl(path, seconds);
      if (error) throw new StorageError("sign a link", error);
      if (!data.signedUrl.includes(signed)) throw new StorageError("sign a link");
      return publicLink(data.signedUrl, urls);
    },
    async remove(paths) {
      const { error } = await bucket.remove(paths);
      if (error) throw new StorageError("remove", error);
    },
  };
}

/**
 * Inside `supabase start`, and behind a tunnel, browsers do not reach SUPABASE_URL. FUNCTIONS_URL is
 * public by definition, so a link takes its origin from there.
 */
function publicLink(signedUrl: string, { supabaseUrl, functionsUrl }: Urls): string {
  const publicUrl = functionsUrl.match(/^(.+)\/functions\/v1$/)?.[1];
  return publicUrl ? signedUrl.replace(supabaseUrl, publicUrl) : signedUrl;
}
