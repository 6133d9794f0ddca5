import type { Bytes, HeaderMap } from "./message.ts";

/**
 * What the API's answers show in place of a message's own; destinations always get the original.
 */
export interface Redacted {
  header: HeaderMap;
  /** Absent if the body may be shown. */
  body?: string;
}

/**
 * Applies `Upstash-Redact-Fields`: `body`, `header` for all of them, `header[Authorization]` for
 * one. Each becomes `REDACTED:<SHA-256>`, so that equal values can still be recognised as such.
 *
 * @returns undefined if nothing is to be redacted
 * @see https://upstash.com/docs/qstash/howto/redact-fields
 */
export async function redact(
  fields: string | null,
  header: HeaderMap,
  body: Bytes,
): Promise<Redacted | undefined> {
  if (!fields) return undefined;
  const hidden = new Set(fields.split(",").map((field) => field.trim().toLowerCase()));
  const names = Object.keys(header).filter((name) =>
    ["header", "headers", `header[${name}]`, `headers[${name}]`]
      .some((field) => hidden.has(field.toLowerCase()))
  );
  const shown: HeaderMap = { ...header };
  for (const name of names) {
    const values = header[name] ?? [];
    shown[name] = await Promise.all(values.map((v) => redacted(new TextEncoder().encode(v))));
  }
  return { header: shown, body: hidden.has("body") ? await redacted(body) : undefined };
}

async function redacted(value: Bytes): Promise<string> {
  return `REDACTED:${await sha256(value)}`;
}

/** In hexadecimal digits. */
export async function sha256(bytes: Bytes): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
