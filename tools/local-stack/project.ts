/** What the stack takes from a project's supabase/config.toml. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import type { BucketConfig } from "./supabase/seed_buckets.ts";

export interface ProjectConfig {
  api?: { schemas?: string[]; max_rows?: number };
  auth?: {
    site_url?: string;
    additional_redirect_urls?: string[];
    enable_signup?: boolean;
    minimum_password_length?: number;
    jwt_expiry?: number;
    email?: { enable_signup?: boolean; enable_confirmations?: boolean };
  };
  storage?: { file_size_limit?: string; buckets?: Record<string, BucketConfig> };
  functions?: Record<string, { verify_jwt?: boolean }>;
}

/** This repository. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** An empty configuration where the file is missing. Throws with the place of a syntax error. */
export async function readConfig(project: string): Promise<ProjectConfig> {
  const file = join(project, "supabase/config.toml");
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
  try {
    return parse(text) as ProjectConfig;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
