/** The keys of a stack: API keys as clients see them, and what tokens are signed with. */
import { base64url, exportJWK, generateKeyPair, type JWK } from "jose";
import { join } from "node:path";

export interface StackKeys {
  /** `sb_publishable_…`: acts as `anon`. */
  publishable: string;
  /** `sb_secret_…`: acts as `service_role`. */
  secret: string;
  /** ES256 private key that signs the tokens that leave the gateway. */
  signing: JWK;
  /** HS256 secret between the gateway and lite; also signs storage URLs. */
  internal: string;
}

/** Fresh random keys. */
export async function createKeys(): Promise<StackKeys> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return {
    publishable: `sb_publishable_${random(16)}`,
    secret: `sb_secret_${random(24)}`,
    signing: { ...await exportJWK(privateKey), kid: crypto.randomUUID(), alg: "ES256" },
    internal: random(32),
  };
}

/** The keys of a kept stack, made at its first start, so that sessions survive a restart. */
export async function keptKeys(directory: string): Promise<StackKeys> {
  const file = join(directory, "keys.json");
  try {
    return JSON.parse(await Deno.readTextFile(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const keys = await createKeys();
  // Open to pass for the user that runs Postgres below it; the file itself is not.
  await Deno.mkdir(directory, { recursive: true, mode: 0o711 });
  await Deno.writeTextFile(file, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}

function random(bytes: number): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)));
}
