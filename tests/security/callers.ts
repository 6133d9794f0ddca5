/** Who asks: with genuine credentials, and with forged ones, which must open nothing. */
import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from "jose";
import { createHmac } from "node:crypto";
import type { Person, TestStack } from "../support/test_stack.ts";
import type { Headers } from "./rights_table.ts";

export interface Caller {
  name: string;
  /** The column of the rights table: anon, owner, another user, the service role; -1 if forged. */
  column: number;
  headers: Headers;
}

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

const withToken = (apikey: string, token: string) => ({ apikey, authorization: `Bearer ${token}` });

export function genuineCallers(stack: TestStack, ava: Person, ben: Person): Caller[] {
  const { SUPABASE_PUBLISHABLE_KEY: publishable, SUPABASE_SECRET_KEY: secret } = stack.env;
  const callers: [string, number, Headers][] = [
    ["publishable key", 0, { apikey: publishable }],
    ["publishable key as supabase-js sends it", 0, withToken(publishable, publishable)],
    ["owner", 1, withToken(publishable, ava.token)],
    ["another user", 2, withToken(publishable, ben.token)],
    ["secret key", 3, { apikey: secret }],
    ["secret key as supabase-js sends it", 3, withToken(secret, secret)],
  ];
  return callers.map(([name, column, headers]) => ({ name, column, headers }));
}

/** The forger has a key pair, and serves its public key where a token's header says that keys are. */
const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
export const forgersKey: JWK = {
  ...await exportJWK(publicKey),
  kid: crypto.randomUUID(),
  alg: "ES256",
};

/**
 * @param signingKey the stack's own, to make tokens that are real but out of date
 * @param victim whose tokens are changed
 * @param board a path for which the forger has a signed link
 * @param keyServer the URL of the forger's key server
 */
export async function forgedCallers(
  stack: TestStack,
  signingKey: JWK,
  victim: Person,
  forger: Person,
  board: string,
  keyServer: string,
): Promise<Caller[]> {
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: apikey, SUPABASE_SECRET_KEY } = stack.env;
  const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
  const [head, payload, signature] = victim.token.split(".") as [string, string, string];
  const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload)));
  const service = { ...claims, role: "service_role" };
  const now = Math.floor(Date.now() / 1000);

  const es256 = (header: object, key = privateKey, changes: object = {}) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: "ES256", typ: "JWT", ...header }).sign(key);
  const { kid } = signingKey;
  const realKey = await importJWK(signingKey, "ES256") as Key;
  const hs256 = (key: string, header = {}) => {
    const text = `${encode({ alg: "HS256", typ: "JWT", ...header })}.${encode(service)}`;
    return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  };
  const none = (alg: string) => `${encode({ alg, typ: "JWT" })}.${encode(service)}.`;

  const { keys: [published] } = await (await fetch(`${url}/auth/v1/.well-known/jwks.json`)).json();
  const pem = await exportSPKI(await importJWK(published, "ES256") as Key);
  const link = await stack.service.storage.from("vision-boards").createSignedUrl(board, 600);
  const { data: { session } } = await victim.supabase.auth.getSession();

  const tokens: Record<string, string> = {
    "alg none": none("none"),
    "alg None": none("None"),
    "alg nONE": none("nONE"),
    "alg none with a signature": `${none("none")}${signature}`,
    "no alg": `${encode({ typ: "JWT" })}.${encode(service)}.${signature}`,
    "HS256 with the public key's JWK as key": hs256(JSON.stringify(published)),
    "HS256 with the public key's PEM as key": hs256(pem),
    "HS256 with the public key's x as key": hs256(published.x, { kid: published.kid }),
    "HS256 with the publishable key as key": hs256(apikey),
    "HS256 with an empty key": hs256(""),
    "expired": await es256({ kid }, realKey, { exp: now - 1 }),
    "not yet valid": await es256({ kid }, realKey, { nbf: now + 600 }),
    "the role changed": `${head}.${encode(service)}.${signature}`,
    "the user changed": `${head}.${encode({ ...claims, sub: forger.id })}.${signature}`,
    "the signature cut off": `${head}.${payload}.`,
    "the signature truncated": `${head}.${payload}.${signature.slice(0, -8)}`,
    "the signature of zeros": `${head}.${payload}.${base64url.encode(new Uint8Array(64))}`,
    "another project's, its own kid": await es256({ kid: crypto.randomUUID() }),
    "another project's, this kid": await es256({ kid }),
    "another project's, no kid": await es256({}),
    "a jwk header with its key": await es256({ jwk: forgersKey }),
    "a jku header": await es256({ jku: keyServer, kid: forgersKey.kid }),
    "an x5u header": await es256({ x5u: keyServer, kid }),
    "a kid that is a URL": await es256({ kid: keyServer }),
    "a kid that is a path": await es256({ kid: "../../../dev/null" }),
    "an issuer with keys of its own": await es256({ kid }, privateKey, { iss: keyServer }),
    "a storage link's token": new URL(link.data!.signedUrl).searchParams.get("token")!,
    "a refresh token": session!.refresh_token,
    "no token at all": "undefined",
    "SQL": "'or'1'='1'--",
  };
  const legacy = hs256("another project's secret");
  const callers: Record<string, Headers> = {
    ...Object.fromEntries(
      Object.entries(tokens).map((
        [name, token],
      ) => [name, withToken(apikey, token)]),
    ),
    "no key": {},
    "a key that is none": { apikey: `sb_secret_${"A".repeat(32)}` },
    "a key with one character too many": { apikey: `${SUPABASE_SECRET_KEY}A` },
    "a forged token as key": withToken(none("none"), none("none")),
    "a legacy service role key of another project": withToken(legacy, legacy),
  };
  return Object.entries(callers).map(([name, headers]) => ({ name, column: -1, headers }));
}
