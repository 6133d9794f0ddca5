/** A request as QStash signs it, and as it must not be. Facts: Upstash's documentation of signatures. */
import { SignJWT } from "jose";

export interface Forgery {
  key?: string;
  url?: string;
  body?: string;
  issuer?: string;
  /** Seconds from now. */
  expires?: number;
  notBefore?: number;
}

/**
 * The value of Upstash-Signature for a body sent to a URL. `forgery` changes what is signed, not what
 * is sent.
 */
export async function sign(url: string, body: string, key: string, forgery: Forgery = {}) {
  const now = Math.floor(Date.now() / 1000);
  const bytes = new TextEncoder().encode(forgery.body ?? body);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return await new SignJWT({ body: hash.toBase64({ alphabet: "base64url" }) })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(forgery.issuer ?? "Upstash").setSubject(forgery.url ?? url)
    .setIssuedAt(now).setNotBefore(now + (forgery.notBefore ?? 0))
    .setExpirationTime(now + (forgery.expires ?? 300)).setJti(`jwt_${crypto.randomUUID()}`)
    .sign(new TextEncoder().encode(forgery.key ?? key));
}
