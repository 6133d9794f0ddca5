import { Receiver } from "@upstash/qstash";
import type { Config } from "./config.ts";
import { HttpError, readText } from "./http.ts";

/** QStash's own limit is 1 MB a message; a failure callback wraps one in base64. */
const maxBody = 2 * 1024 * 1024;

/**
 * Lets in what QStash signed, with the current or the next key, for this very function.
 * The body is verified as it came, and the URL is the configured one: gateways rewrite `req.url`.
 * @returns the raw body
 * @throws HttpError 401 for anything else
 */
export async function verified(
  req: Request,
  config: Pick<Config, "qstash" | "functionsUrl">,
  fn: string,
): Promise<string> {
  const unauthorized = new HttpError(
    401,
    "invalid_signature",
    "This endpoint is for QStash: the signature is missing or invalid.",
  );
  const signature = req.headers.get("upstash-signature");
  if (!signature) throw unauthorized;
  const body = await readText(req, maxBody);
  const receiver = new Receiver({
    currentSigningKey: config.qstash.currentSigningKey,
    nextSigningKey: config.qstash.nextSigningKey,
    devMode: false,
  });
  try {
    // 5 s of difference between QStash's clock and ours
    await receiver.verify({
      signature,
      body,
      url: `${config.functionsUrl}/${fn}`,
      clockTolerance: 5,
    });
  } catch {
    throw unauthorized;
  }
  return body;
}
