import type { Asset, Assets } from "../_board/mod.ts";
import { ASSETS_BUCKET } from "../_shared/contract.ts";
import type { Context } from "../_shared/endpoint.ts";
import { StorageError } from "../_shared/errors.ts";
import { kindOf } from "../_shared/log.ts";

type Admin = Context["supabase"]["supabaseAdmin"];

/**
 * Reads assets from their bucket, each once for the life of the isolate: an illustration is 5 KB, a font
 * pack 1 MB. A board is drawn without what the bucket does not have or has with other bytes, and the log
 * says so. Storage that does not answer fails the attempt, unless it is the last.
 */
export function assetLoader() {
  const kept = new Map<string, Uint8Array>();
  return async (
    wanted: readonly Asset[],
    { context, last }: { context: Context; last: boolean },
  ): Promise<Assets> => {
    const { supabase, log } = context;
    const missing = new Set<string>();
    const reading = wanted.map(async (asset) => {
      if (kept.has(asset.hash)) return;
      const bytes = await readAsset(supabase.supabaseAdmin, asset);
      if (bytes) kept.set(asset.hash, bytes);
      else missing.add(asset.file);
    });
    for (const read of await Promise.allSettled(reading)) {
      if (read.status === "fulfilled") continue;
      if (!last) throw read.reason;
      log("assets_failed", { error: kindOf(read.reason) });
    }
    if (missing.size > 0) {
      log("assets_missing", { files: [...missing].join(" "), help: "npm run deploy" });
    }
    return new Map(wanted.flatMap(({ hash }) => kept.has(hash) ? [[hash, kept.get(hash)!]] : []));
  };
}

/** @returns null if the bucket does not have it, or has it with other bytes */
async function readAsset(admin: Admin, { file, part, hash }: Asset): Promise<Uint8Array | null> {
  const bucket = admin.storage.from(ASSETS_BUCKET);
  if (part) bucket.setHeader("range", `bytes=${part[0]}-${part[1] - 1}`);
  const { data, error } = await bucket.download(file);
  if (error) {
    const failure = new StorageError("send an asset", error);
    if (failure.status === 404 || failure.status === 416) return null; // 416: the file is shorter
    throw failure;
  }
  const answer = new Uint8Array(await data.arrayBuffer());
  // a proxy that knows no ranges answers with the whole file
  const bytes = part && answer.length > part[1] - part[0] ? answer.slice(...part) : answer;
  return await hashOf(bytes) === hash ? bytes : null;
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
