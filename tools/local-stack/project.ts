/** What the stack takes from a project's supabase/config.toml. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";

/** What `[storage.buckets.<name>]` may say. */
export interface BucketConfig {
  public?: boolean;
  /** Such as "5MiB". Default: the project's. */
  file_size_limit?: string;
  allowed_mime_types?: string[];
  /** A directory, from `supabase/`; its files become the bucket's objects under their paths in it. */
  objects_path?: string;
}

export interface ProjectConfig {
  api?: { schemas?: string[]; max_rows?: number };
  auth?: {
    site_url?: string;
    additional_redirect_urls?: string[];
    enable_signup?: boolean;
    minimum_password_length?: number;
    jwt_expiry?: number;
    email?: { enabled?: boolean; enable_confirmations?: boolean };
  };
  storage?: { file_size_limit?: string; buckets?: Record<string, BucketConfig> };
  functions?: Record<string, { verify_jwt?: boolean }>;
}

/** The size limit of an object that a configuration sets, as text; the CLI's own default without it. */
export const sizeLimit = ({ storage }: ProjectConfig) => storage?.file_size_limit ?? "50MiB";

/** Bytes of a size in config.toml. As for the CLI, `MB` and `MiB` are the same. NaN if it is none. */
export function readSize(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([kmg]?)i?b?$/i.exec(text) ?? [];
  return Math.floor(
    Number(number) * 1024 ** ["", "k", "m", "g"].indexOf(unit?.toLowerCase() ?? ""),
  );
}

/** This repository. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** An empty configuration where the file is missing. Throws with the place of a syntax error. */
export async function readProjectConfig(project: string): Promise<ProjectConfig> {
  const file = join(project, "supabase/config.toml");
  if (!await Deno.stat(file).catch(() => null)) return {};
  try {
    return parse(await Deno.readTextFile(file)) as ProjectConfig;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
