import { SignJWT } from "jose";

/** A signature outlives its attempt by this much, in seconds; a retry is therefore signed anew. */
const LIFETIME_S = 300;

/** What a signature vouches for. */
export interface Signed {
  /** The destination, exactly as it was published. */
  url: string;
  /** The body, byte for byte as it is sent. */
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Signs one delivery attempt for `Upstash-Signature`, as `Receiver.verify` of the SDK expects it: a
 * HS256 JWT whose key is the UTF-8 text of the signing key.
 *
 * @param now milliseconds
 * @param id unique for the attempt; becomes `jti`
 * @see https://upstash.com/docs/qstash/howto/signature
 */
export async function sign(signed: Signed, key: string, now: number, id: string): Promise<string> {
  const iat = Math.floor(now / 1_000);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", signed.body));
  return await new SignJWT({
    iss: "Upstash",
    sub: signed.url,
    iat,
    exp: iat + LIFETIME_S,
    // Receivers allow for no clock difference unless told to, so QStash stopped sending the time
    // here.
    nbf: 0,
    jti: `jwt_${id}`,
    body: digest.toBase64({ alphabet: "base64url" }),
  }).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(new TextEncoder().encode(key));
}
