/** Credentials that must open nothing: what people make who do not have the key that signs. */
import { base64url, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { createHmac } from "node:crypto";
import type { StackKeys } from "../../tools/local-stack/supabase/tokens.ts";
import type { Person, TestStack } from "../support/test_stack.ts";

export type Headers = Record<string, string>;
type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
const decode = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)));

/** Where a token's header may say that the key is; nobody may ever ask there. */
export interface Lure {
  url: string;
  hits: () => number;
  stop(): Promise<void>;
}

/** Serves the forger's public key, and counts who asks for it. */
export function startLure(jwk: () => unknown): Lure {
  let hits = 0;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => (hits++, Response.json({ keys: [jwk()] })),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/keys.json`,
    hits: () => hits,
    stop: () => server.shutdown(),
  };
}

/** By its name, each forged caller's headers. `keys` are the stack's own, for tokens that are real but out of time. */
export async function forgeries(
  stack: TestStack,
  keys: StackKeys,
  ava: Person,
  lure: Lure,
  forger: Forger,
) {
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: apikey } = stack.env;
  const [head, payload, signature] = ava.token.split(".") as [string, string, string];
  const claims = decode(payload);
  const master = { ...claims, role: "service_role", sub: ava.id };
  const now = Math.floor(Date.now() / 1000);

  const es256 = async (header: Record<string, unknown>, key = forger.privateKey, changes = {}) =>
    await new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: "ES256", typ: "JWT", ...header }).sign(key);
  const real = async (changes: Record<string, unknown>) =>
    await es256(
      { kid: keys.signing.kid },
      await importJWK(keys.signing, "ES256") as Key,
      changes,
    );
  const hs256 = (key: string | Uint8Array, header = {}) => {
    const text = `${encode({ alg: "HS256", typ: "JWT", ...header })}.${encode(master)}`;
    return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  };
  const none = (alg: string) => `${encode({ alg, typ: "JWT" })}.${encode(master)}.`;

  const { keys: [published] } = await (await fetch(`${url}/auth/v1/.well-known/jwks.json`)).json();
  const publicKey = await importJWK(published, "ES256") as Key;
  const link = await stack.service.storage.from("vision-boards")
    .createSignedUrl((await stack.read(forger.board))!.image_storage_path!, 600);
  const { data: session } = await ava.supabase.auth.getSession();

  const tokens: Record<string, string> = {
    "alg none": none("none"),
    "alg None": none("None"),
    "alg nONE": none("nONE"),
    "alg none with a signature": `${none("none")}${signature}`,
    "no alg": `${encode({ typ: "JWT" })}.${encode(master)}.${signature}`,
    "HS256 with the public key's JWK as key": hs256(JSON.stringify(published)),
    "HS256 with the public key's PEM as key": hs256(await exportSPKI(publicKey)),
    "HS256 with the public key's x as key": hs256(published.x, { kid: published.kid }),
    "HS256 with the publishable key as key": hs256(apikey),
    "HS256 with an empty key": hs256(""),
    "expired": await real({ exp: now - 1 }),
    "not yet valid": await real({ nbf: now + 600 }),
    "the role changed": `${head}.${encode({ ...claims, role: "service_role" })}.${signature}`,
    "the user changed": `${head}.${encode({ ...claims, sub: forger.id })}.${signature}`,
    "the signature cut off": `${head}.${payload}.`,
    "the signature truncated": `${head}.${payload}.${signature.slice(0, -8)}`,
    "the signature of zeros": `${head}.${payload}.${base64url.encode(new Uint8Array(64))}`,
    "another project's, its own kid": await es256({ kid: crypto.randomUUID() }),
    "another project's, this kid": await es256({ kid: keys.signing.kid }),
    "another project's, no kid": await es256({}),
    "a jwk header with its key": await es256({ jwk: forger.publicJwk }),
    "a jku header": await es256({ jku: lure.url, kid: forger.publicJwk.kid }),
    "an x5u header": await es256({ x5u: lure.url, kid: keys.signing.kid }),
    "a storage link's token": new URL(link.data!.signedUrl).searchParams.get("token")!,
    "a refresh token": session.session!.refresh_token,
    "no token at all": "undefined",
    "SQL": "'or'1'='1'--",
  };
  const callers: Record<string, Headers> = Object.fromEntries(
    Object.entries(tokens).map((
      [name, token],
    ) => [name, { apikey, authorization: `Bearer ${token}` }]),
  );
  callers["no key"] = {};
  callers["a key that is none"] = { apikey: "sb_secret_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
  callers["a key with one character too many"] = { apikey: `${stack.env.SUPABASE_SECRET_KEY}A` };
  callers["a forged token as key"] = {
    apikey: none("none"),
    authorization: `Bearer ${none("none")}`,
  };
  callers["a legacy service role key of another project"] = {
    apikey: hs256("another project's secret"),
    authorization: `Bearer ${hs256("another project's secret")}`,
  };
  return callers;
}

export interface Forger {
  id: string;
  /** A job whose link the forger has. */
  board: string;
  privateKey: Key;
  publicJwk: Record<string, unknown>;
}

/** Somebody with a key of their own. */
export async function forger(id: string, board: string): Promise<Forger> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const publicJwk = { ...await exportJWK(publicKey), kid: crypto.randomUUID(), alg: "ES256" };
  return { id, board, privateKey, publicJwk };
}

/**
 * The legacy anon and service role keys. The stack does not hand them out, but they are tokens that
 * differ in nothing but the second in which they were made: between `since` and now.
 */
export async function legacyKey(
  stack: TestStack,
  keys: StackKeys,
  role: "anon" | "service_role",
  since: number,
) {
  for (let second = since; second <= Date.now() / 1000; second++) {
    const key = await new SignJWT({ role, ref: "local" })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" }).setIssuer("supabase").setIssuedAt(0)
      .setExpirationTime(second + 10 * 365.25 * 86_400).sign(
        new TextEncoder().encode(keys.internal),
      );
    const response = await fetch(`${stack.env.SUPABASE_URL}/rest/v1/vision_board_jobs?limit=0`, {
      headers: { apikey: key },
    });
    const { message } = await response.json();
    if (message !== "Invalid API key") return key;
  }
  throw new Error(`no legacy ${role} key`);
}
