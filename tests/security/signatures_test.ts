/** Only what QStash signed gets into the functions that QStash calls. */
import { assert, assertEquals } from "@std/assert";
import { createHash, createHmac, generateKeyPairSync, sign as signWith } from "node:crypto";
import { DEV_CREDENTIALS } from "../../tools/local-stack/qstash/server.ts";
import { report } from "../support/campaign.ts";
import { refusal } from "../support/refusal.ts";
import { rawRequest } from "./raw_http.ts";
import { type Row, test, useStack } from "../support/test_stack.ts";

// keys of its own, so that the public ones of Upstash's development server are forgeries
const current = `sig_${crypto.randomUUID()}`;
const next = `sig_${crypto.randomUUID()}`;
const stack = useStack({
  functionsEnv: {
    QSTASH_DEV: "true", // the SDK would then take the public keys
    QSTASH_CURRENT_SIGNING_KEY: current,
    QSTASH_NEXT_SIGNING_KEY: next,
  },
});
const functions = ["process-job", "fail-job", "sweep-jobs"];

type Claims = Record<string, unknown>;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;
const hash = (body: string | Uint8Array) => createHash("sha256").update(body).digest("base64url");

/** What QStash would sign. */
const claimsOf = (url: string, body: string | Uint8Array): Claims => ({
  iss: "Upstash",
  sub: url,
  iat: seconds(0),
  nbf: seconds(0),
  exp: seconds(300),
  jti: `jwt_${crypto.randomUUID()}`,
  body: hash(body),
});

/** A token with these claims. The signature is HS256 whatever the header says. */
function token(claims: Claims, key: string, header: Claims = {}, algorithm = "sha256"): string {
  const signed = `${encode({ alg: "HS256", typ: "JWT", ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac(algorithm, key).update(signed).digest("base64url")}`;
}

/** A row to which each of the three functions would do something: claim it, fail it, delete it. */
async function target(): Promise<Row> {
  const expires_at = new Date(Date.now() - 1000).toISOString();
  return (await stack().read((await stack().row({ expires_at })).id))!;
}

/** The body that would do it. It is the same text each time. */
function bodyOf(fn: string, { id }: Row): string {
  const message = JSON.stringify({ job_id: id });
  if (fn === "process-job") return message;
  return fn === "fail-job" ? JSON.stringify({ sourceBody: btoa(message) }) : "";
}

/** Values of Upstash-Signature for this body, every one of them wrong. */
async function forgedSignatures(fn: string, body: string): Promise<Record<string, string>> {
  const url = stack().functionUrl(fn);
  const right = claimsOf(url, body);
  const genuine = token(right, current);
  const [header, payload, signature] = genuine.split(".") as [string, string, string];
  const { SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY, QSTASH_TOKEN } = stack().env;
  const { token: session } = await stack().person();
  const claiming = (changes: Claims) => token({ ...right, ...changes }, current);
  const without = (name: string) => {
    const { [name]: _, ...others } = right;
    return token(others, current);
  };
  const none = (alg: string) => `${encode({ alg, typ: "JWT" })}.${payload}.`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const rsa = `${encode({ alg: "RS256", typ: "JWT" })}.${payload}`;
  const rsaSignature = signWith("sha256", Buffer.from(rsa), privateKey).toString("base64url");
  const jwk = { kty: "oct", k: Buffer.from("sig_mine").toString("base64url") };

  return {
    "an empty signature": "",
    "garbage": "let me in",
    "three parts": "a.b.c",
    "alg none": none("none"),
    "alg None": none("None"),
    "alg nONE": none("nONE"),
    "alg none with a signature": token(right, current, { alg: "none" }),
    "another key": token(right, "sig_another"),
    "an empty key": token(right, ""),
    "the word undefined as key": token(right, "undefined"),
    "the public development key": token(right, DEV_CREDENTIALS.currentSigningKey),
    "the next public development key": token(right, DEV_CREDENTIALS.nextSigningKey),
    "the publishable key as key": token(right, SUPABASE_PUBLISHABLE_KEY),
    "the secret key as key": token(right, SUPABASE_SECRET_KEY),
    "QStash's token as key": token(right, QSTASH_TOKEN),
    "expired a minute ago": claiming({ exp: seconds(-60) }),
    "expired ten seconds ago": claiming({ exp: seconds(-10) }),
    "valid in ten minutes": claiming({ nbf: seconds(600) }),
    "valid in fifteen seconds": claiming({ nbf: seconds(15) }),
    "an expiry that is not a number": claiming({ exp: "never" }),
    "another function's URL": claiming({
      sub: stack().functionUrl(functions.find((name) => name !== fn)!),
    }),
    "another host's URL": claiming({ sub: `https://other.supabase.co/functions/v1/${fn}` }),
    "the URL with a query": claiming({ sub: `${url}?` }),
    "the URL with a slash": claiming({ sub: `${url}/` }),
    "the URL with https": claiming({ sub: url.replace("http:", "https:") }),
    "the URL as the function sees it": claiming({ sub: url.replace("/functions/v1", "") }),
    "a list of URLs": claiming({ sub: [url] }),
    "another body": claiming({ body: hash(`${body} `) }),
    "a body hash in hex": claiming({ body: createHash("sha256").update(body).digest("hex") }),
    "a body hash that is not a text": claiming({ body: 0 }),
    "an empty body hash": claiming({ body: "" }),
    "another issuer": claiming({ iss: "Downstash" }),
    "the issuer in lower case": claiming({ iss: "upstash" }),
    "a list of issuers": claiming({ iss: ["Upstash"] }),
    "no issuer": without("iss"),
    "no URL": without("sub"),
    "no body hash": without("body"),
    "no claims at all": token({}, current),
    "HS256 called HS384": token(right, current, { alg: "HS384" }),
    "HS256 called HS512": token(right, current, { alg: "HS512" }),
    "HS256 called RS256": token(right, current, { alg: "RS256" }),
    "HS512 with another key": token(right, "sig_another", { alg: "HS512" }, "sha512"),
    "RS256 with a key of one's own": `${rsa}.${rsaSignature}`,
    "a key named by kid": token(right, "sig_mine", { kid: "sig_mine" }),
    "a key brought along as jwk": token(right, "sig_mine", { jwk }),
    "a key to be fetched from jku": token(right, "sig_mine", { jku: "http://127.0.0.1:9/" }),
    "a token of five parts": `${genuine}.a.b`,
    "a signature cut short": genuine.slice(0, -8),
    "no signature after the last dot": `${header}.${payload}.`,
    "other claims under the same signature": `${header}.${
      encode({ ...right, exp: seconds(900) })
    }.${signature}`,
    "another message's signature": token(claimsOf(url, "{}"), current),
    "a person's access token": session,
    "the secret key itself": SUPABASE_SECRET_KEY,
    "the signing key itself": current,
    "Bearer before the signature": `Bearer ${genuine}`,
  };
}

type Request = [headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>];

/** Every way in that is none, by what it is. The rest of the request is as QStash sends it. */
async function forgeries(fn: string, body: string): Promise<Record<string, Request>> {
  const url = stack().functionUrl(fn);
  const genuine = token(claimsOf(url, body), current);
  const { SUPABASE_SECRET_KEY: secret } = stack().env;
  const signed = (bytes: Uint8Array<ArrayBuffer>): Request => [
    { "upstash-signature": token(claimsOf(url, bytes), current) },
    bytes,
  ];
  const requests: Record<string, Request> = {
    "no signature": [{}, body],
    "the signature as Authorization": [{ authorization: `Bearer ${genuine}` }, body],
    "the signature in another header": [{ "x-upstash-signature": genuine }, body],
    "the header with an underscore": [{ "upstash_signature": genuine }, body],
    "the secret key": [{ apikey: secret, authorization: `Bearer ${secret}` }, body],
    "signed 3 MB": signed(new Uint8Array(3 * 1024 * 1024).fill(0x20)),
    "signed bytes that are not UTF-8": signed(new Uint8Array([0x7b, 0xff, 0x7d])),
  };
  for (const [name, signature] of Object.entries(await forgedSignatures(fn, body))) {
    requests[name] = [{ "upstash-signature": signature }, body];
  }
  return requests;
}

let tried = 0;
for (const fn of functions) {
  test(`${fn}: a forged request gets 401 and touches nothing`, async () => {
    const row = await target();
    const logged = stack().log.length;
    const entries = Object.entries(await forgeries(fn, bodyOf(fn, row)));
    assert(entries.length > 60);
    for (const [name, [headers, body]] of entries) {
      await refusal(await stack().post(fn, body, headers), 401, "invalid_signature", name);
      assertEquals(await stack().read(row.id), row, name);
      tried++;
    }
    const lines = stack().log.slice(logged).filter((entry) => entry.fn === fn);
    const reasons = new Set(lines.map(({ reason }) => reason));
    assertEquals(reasons, new Set(["key_or_time", "url", "body"]), "it logs why");
    await report("signatures", [{ what: "forged deliveries", tried, allowed: 0, refused: tried }]);
  });

  test(`${fn}: a request with two signatures is refused, even if both are genuine`, async () => {
    const row = await target();
    const [url, body] = [stack().functionUrl(fn), bodyOf(fn, row)];
    const bytes = new TextEncoder().encode(body);
    const genuine = `Upstash-Signature: ${token(claimsOf(url, body), current)}`;
    const wrong = `Upstash-Signature: ${token(claimsOf(url, body), "sig_another")}`;
    for (const two of [[genuine, wrong], [wrong, genuine], [genuine, genuine]]) {
      const head = [...two, `Content-Length: ${bytes.length}`];
      assertEquals((await rawRequest(url, "POST", head, [bytes]))?.status, 401);
    }
    assertEquals(await stack().read(row.id), row);
  });

  test(`${fn}: a request signed with the current or the next key gets in`, async () => {
    for (const key of [current, next]) {
      const row = await target();
      const body = bodyOf(fn, row);
      const signature = token(claimsOf(stack().functionUrl(fn), body), key);
      const response = await stack().post(fn, body, { "upstash-signature": signature });
      assertEquals(response.status, 200, await response.text());
      assert((await stack().read(row.id))?.status !== row.status, "it did its work");
    }
  });
}

test("clocks may differ by five seconds", async () => {
  const { id } = await stack().row();
  const [url, body] = [stack().functionUrl("fail-job"), JSON.stringify({ sourceBody: btoa(id) })];
  for (const late of [{ exp: seconds(-2) }, { nbf: seconds(3) }]) {
    const signature = token({ ...claimsOf(url, body), ...late }, current);
    const response = await stack().post("fail-job", body, { "upstash-signature": signature });
    assertEquals(response.status, 200);
  }
});
