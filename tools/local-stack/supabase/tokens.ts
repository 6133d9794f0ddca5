/**
 * API keys, and the tokens of users. Hosted Supabase signs those with ES256 and publishes the public
 * key; lite signs and accepts HS256 only, without a `kid`, and publishes nothing. Tokens are signed anew
 * on their way out and in.
 */
import {
  base64url,
  decodeJwt,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";
import { join } from "node:path";

/** The keys of a stack: API keys as clients see them, and what tokens are signed with. */
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

/** What lite says about the user beside a token; hosted Supabase puts it into the token. */
export interface TokenUser {
  app_metadata?: Record<string, unknown>;
  user_metadata?: Record<string, unknown>;
  is_anonymous?: boolean;
}

export interface Tokens {
  /** What `/auth/v1/.well-known/jwks.json` shows. */
  jwks: { keys: JWK[] };
  /** lite's token as an ES256 token with the claims of a hosted one. */
  outward(token: string, user?: TokenUser): Promise<string>;
  /** A caller's ES256 token for lite. Says why not, if it is forged, expired or otherwise not ours. */
  inward(token: string): Promise<{ token: string } | { refused: "expired" | "invalid" }>;
  /** Null if a storage URL's token was signed here and has not expired, else what is wrong with it. */
  storageProblem(token: string): Promise<string | null>;
  /** The legacy `anon` and `service_role` keys, which are tokens too. */
  legacy: { anon: string; service: string };
}

/** @param issuer the `iss` claim, `<SUPABASE_URL>/auth/v1` */
export async function createTokens(keys: StackKeys, issuer: string): Promise<Tokens> {
  const { d: _private, ...publicPart } = keys.signing;
  const publicJwk: JWK = { ...publicPart, use: "sig", key_ops: ["verify"], ext: true };
  const signing = await importJWK(keys.signing, "ES256");
  const verifying = await importJWK(publicJwk, "ES256");
  const internal = new TextEncoder().encode(keys.internal);
  // Verifying and signing costs about 1 ms; a client sends the same token with every request. lite
  // checks the expiry of what it gets.
  const known = new Map<string, string>();

  const legacy = (role: string) =>
    new SignJWT({ role, ref: "local" }).setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer("supabase").setIssuedAt(0).setExpirationTime("10y").sign(internal);

  return {
    jwks: { keys: [publicJwk] },
    legacy: { anon: await legacy("anon"), service: await legacy("service_role") },

    outward(token, user = {}) {
      const claims: JWTPayload = {
        app_metadata: user.app_metadata ?? {},
        user_metadata: user.user_metadata ?? {},
        is_anonymous: user.is_anonymous ?? false,
        aal: "aal1",
        phone: "",
        ...decodeJwt(token), // lite just made it
        iss: issuer,
      };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: keys.signing.kid! })
        .sign(signing);
    },

    async inward(token) {
      const cached = known.get(token);
      if (cached !== undefined && !isExpired(cached)) return { token: cached };
      known.delete(token);
      try {
        const { payload } = await jwtVerify(token, verifying, { algorithms: ["ES256"], issuer });
        const translated = await new SignJWT(payload)
          .setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(internal);
        if (known.size >= 500) known.clear();
        known.set(token, translated);
        return { token: translated };
      } catch (error) {
        return { refused: error instanceof errors.JWTExpired ? "expired" : "invalid" };
      }
    },

    async storageProblem(token) {
      try {
        await jwtVerify(token, internal, { algorithms: ["HS256"] });
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

function isExpired(token: string): boolean {
  return (decodeJwt(token).exp ?? 0) <= Date.now() / 1000;
}
