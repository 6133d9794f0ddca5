/** What is not QStash's own signature opens no function that QStash calls. */
import { assert, assertEquals } from "@std/assert";
import { createHash, createHmac, generateKeyPairSync, sign as signWith } from "node:crypto";
import { DEV_CREDENTIALS } from "../../tools/local-stack/qstash/server.ts";
import { drawBoard } from "../../supabase/functions/_board/mod.ts";
import { failJob } from "../../supabase/functions/fail-job/handler.ts";
import { processJob } from "../../supabase/functions/process-job/handler.ts";
import { sweepJobs } from "../../supabase/functions/sweep-jobs/handler.ts";
import { report } from "../support/campaign.ts";
import { refusal } from "../support/contract.ts";
import { rawRequest } from "../support/raw_http.ts";
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

/** The body that would do something to this row, and is the same text each time. */
function bodyOf(fn: string, { id }: Row): string {
  const message = JSON.stringify({ job_id: id });
  if (fn === "process-job") return message;
  return fn === "fail-job" ? JSON.stringify({ sourceBody: btoa(message) }) : "";
}

interface Forged {
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

/** Every way in that is none, by what it is. All but the signature is as QStash sends it. */
async function forgeries(fn: string, row: Row): Promise<Record<string, Forged>> {
  const url = stack().functionUrl(fn);
  const body = bodyOf(fn, row);
  const right = claimsOf(url, body);
  const { SUPABASE_SECRET_KEY, SUPABASE_PUBLISHABLE_KEY, QSTASH_TOKEN } = stack().env;
  const as = (signature: string): Forged => ({ headers: { "upstash-signature": signature }, body });
  const claiming = (changes: Claims) => as(token({ ...right, ...changes }, current));
  const without = (claim: string) =>
    as(
      token(Object.fromEntries(Object.entries(right).filter(([name]) => name !== claim)), current),
    );
  const unsigned = (alg: string) => as(`${encode({ alg, typ: "JWT" })}.${encode(right)}.`);
  const inHeader = (name: string, value = token(right, current)): Forged => ({
    headers: { [name]: value },
    body,
  });
  const genuine = token(right, current);
  const [header, payload, signature] = genuine.split(".") as [string, string, string];
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const rsa = `${encode({ alg: "RS256", typ: "JWT" })}.${payload}`;
  const large = new Uint8Array(3 * 1024 * 1024).fill(0x20);
  const notUtf8 = new Uint8Array([0x7b, 0xff, 0x7d]);
  const ava = await stack().person();
  const oct = { kty: "oct", k: Buffer.from("sig_mine").toString("base64url") };

  return {
    "no signature": { headers: {}, body },
    "an empty signature": as(""),
    "garbage": as("let me in"),
    "three dots": as("a.b.c"),
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg nONE": unsigned("nONE"),
    "alg none with a signature": as(token(right, current, { alg: "none" })),
    "another key": as(token(right, "sig_another")),
    "an empty key": as(token(right, "")),
    "the word undefined as key": as(token(right, "undefined")),
    "the public development key": as(token(right, DEV_CREDENTIALS.currentSigningKey)),
    "the next public development key": as(token(right, DEV_CREDENTIALS.nextSigningKey)),
    "the publishable key as key": as(token(right, SUPABASE_PUBLISHABLE_KEY)),
    "the secret key as key": as(token(right, SUPABASE_SECRET_KEY)),
    "QStash's token as key": as(token(right, QSTASH_TOKEN)),
    "expired a minute ago": claiming({ exp: seconds(-60) }),
    "expired ten seconds ago": claiming({ exp: seconds(-10) }),
    "valid in ten minutes": claiming({ nbf: seconds(600) }),
    "valid in fifteen seconds": claiming({ nbf: seconds(15) }),
    "expiry that is not a number": claiming({ exp: "never" }),
    "another function's URL": claiming({
      sub: stack().functionUrl(functions.find((name) => name !== fn)!),
    }),
    "another host's URL": claiming({ sub: `https://other.supabase.co/functions/v1/${fn}` }),
    "the URL with a query": claiming({ sub: `${url}?` }),
    "the URL with a slash": claiming({ sub: `${url}/` }),
    "the URL with https": claiming({ sub: url.replace("http:", "https:") }),
    "the URL in capitals": claiming({ sub: url.toUpperCase() }),
    "the URL as the function sees it": claiming({ sub: url.replace("/functions/v1", "") }),
    "a list of URLs": claiming({ sub: [url] }),
    "another body": claiming({ body: hash(`${body} `) }),
    "the hash of an empty body": claiming({ body: hash(fn === "sweep-jobs" ? "{}" : "") }),
    "a body hash in hex": claiming({ body: createHash("sha256").update(body).digest("hex") }),
    "a body hash that is not a text": claiming({ body: 0 }),
    "an empty body hash": claiming({ body: "" }),
    "another issuer": claiming({ iss: "Downstash" }),
    "the issuer in lower case": claiming({ iss: "upstash" }),
    "a list of issuers": claiming({ iss: ["Upstash"] }),
    "no issuer": without("iss"),
    "no URL": without("sub"),
    "no body hash": without("body"),
    "no claims at all": as(token({}, current)),
    "HS256 called HS384": as(token(right, current, { alg: "HS384" })),
    "HS256 called HS512": as(token(right, current, { alg: "HS512" })),
    "HS256 called RS256": as(token(right, current, { alg: "RS256" })),
    "HS512 with another key": as(token(right, "sig_another", { alg: "HS512" }, "sha512")),
    "RS256 with a key of one's own": as(
      `${rsa}.${signWith("sha256", Buffer.from(rsa), privateKey).toString("base64url")}`,
    ),
    "a key named by kid": as(token(right, "sig_mine", { kid: "sig_mine" })),
    "a key brought along as jwk": as(token(right, "sig_mine", { jwk: oct })),
    "a key to be fetched from jku": as(token(right, "sig_mine", { jku: "http://127.0.0.1:9/" })),
    "a token of five parts": as(`${genuine}.a.b`),
    "a signature cut short": as(genuine.slice(0, -8)),
    "no signature behind the last dot": as(`${header}.${payload}.`),
    "other claims under the same signature": as(
      `${header}.${encode({ ...right, exp: seconds(900) })}.${signature}`,
    ),
    "another message's signature": as(token(claimsOf(url, "{}"), current)),
    "a person's access token": as(ava.token),
    "the secret key itself": as(SUPABASE_SECRET_KEY),
    "the signing key itself": as(current),
    "Bearer before the signature": as(`Bearer ${genuine}`),
    "the signature as Authorization": inHeader("authorization", `Bearer ${genuine}`),
    "the signature in another header": inHeader("x-upstash-signature"),
    "the header with an underscore": inHeader("upstash_signature"),
    "the header in capitals, forged": inHeader("UPSTASH-SIGNATURE", token(right, "sig_another")),
    "the secret key as credentials": {
      headers: { apikey: SUPABASE_SECRET_KEY, authorization: `Bearer ${SUPABASE_SECRET_KEY}` },
      body,
    },
    "signed 3 MB": { ...as(token(claimsOf(url, large), current)), body: large },
    "signed bytes that are not UTF-8": {
      ...as(token(claimsOf(url, notUtf8), current)),
      body: notUtf8,
    },
  };
}

/** A row to which each of the three functions would do something: claim it, fail it, delete it. */
async function target(): Promise<Row> {
  const expires_at = new Date(Date.now() - 1000).toISOString();
  return (await stack().read((await stack().row({ expires_at })).id))!;
}
const linesOf = (fn: string) => stack().log.filter((entry) => entry.fn === fn);
const table: Record<string, Record<string, string | number>> = {};

for (const fn of functions) {
  test(`${fn}: a forged request gets 401 and touches nothing`, async () => {
    const row = await target();
    const lines = linesOf(fn).length;
    const forged = Object.entries(await forgeries(fn, row));
    assert(forged.length >= 16);
    for (const [name, { headers, body }] of forged) {
      await refusal(await stack().post(fn, body, headers), 401, "invalid_signature", name);
      assertEquals(await stack().read(row.id), row, name);
      (table[name] ??= { forgery: name })[fn] = 401;
    }
    const said = new Set(linesOf(fn).slice(lines).map(({ at: _at, ...line }) => line.reason));
    assertEquals(said, new Set(["key_or_time", "url", "body"]), "it says why, and nothing else");
    await report("forgeries", Object.values(table));
  });

  test(`${fn}: of two signatures none counts, not even beside a genuine one`, async () => {
    const row = await target();
    const [url, body] = [stack().functionUrl(fn), bodyOf(fn, row)];
    const genuine = `Upstash-Signature: ${token(claimsOf(url, body), current)}`;
    const forged = `Upstash-Signature: ${token(claimsOf(url, body), "sig_another")}`;
    for (const two of [[genuine, forged], [forged, genuine], [genuine, genuine]]) {
      const bytes = new TextEncoder().encode(body);
      const answer = await rawRequest(url, "POST", [...two, `Content-Length: ${bytes.length}`], [
        bytes,
      ]);
      assertEquals(answer?.status, 401);
    }
    assertEquals(await stack().read(row.id), row);
  });

  test(`${fn}: what is signed with the current or the next key gets in`, async () => {
    for (const key of [current, next]) {
      const row = await target();
      const body = bodyOf(fn, row);
      const signature = token(claimsOf(stack().functionUrl(fn), body), key);
      const response = await stack().post(fn, body, { "upstash-signature": signature });
      assertEquals(response.status, 200, await response.text());
      const now = await stack().read(row.id);
      assert(now?.status !== row.status, "it was let in and did its work");
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

test("QSTASH_DEV set to 1 opens nothing either", async () => {
  const row = await target();
  const world = stack().deps({
    QSTASH_CURRENT_SIGNING_KEY: current,
    QSTASH_NEXT_SIGNING_KEY: next,
  });
  const handlers = [processJob(world, drawBoard), failJob(world), sweepJobs(world)];
  Deno.env.set("QSTASH_DEV", "1"); // where the SDK would look
  try {
    for (const [i, handle] of handlers.entries()) {
      const [url, body] = [stack().functionUrl(functions[i]!), bodyOf(functions[i]!, row)];
      for (const key of [DEV_CREDENTIALS.currentSigningKey, DEV_CREDENTIALS.nextSigningKey]) {
        const headers = { "upstash-signature": token(claimsOf(url, body), key) };
        const response = await handle(new Request(url, { method: "POST", body, headers }));
        await refusal(response, 401, "invalid_signature", functions[i]);
      }
    }
  } finally {
    Deno.env.delete("QSTASH_DEV");
  }
  assertEquals(await stack().read(row.id), row);
});
