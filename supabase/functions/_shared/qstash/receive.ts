import { Receiver } from "@upstash/qstash";
import type { Deps } from "../deps.ts";
import { type Context, endpoint } from "../endpoint.ts";
import { DatabaseError, HttpError } from "../errors.ts";
import { readText } from "../http.ts";

/** Bytes. QStash's own limit is 1 MB a message; a failure callback wraps one in base64. */
const maxBody = 2 * 1024 * 1024;

/**
 * The frame of the functions that only QStash calls: the handler gets the verified body.
 * When the database fails there is no Retry-After, so that QStash's own delays of 10, 30 and 90 s apply.
 */
export const qstashEndpoint = (
  deps: Deps,
  name: string,
  handle: (context: Context, body: string) => Promise<Response>,
) =>
  endpoint(deps, name, () => "none", async (context) => {
    const body = await verify(context, name);
    try {
      return await handle(context, body);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      context.log("database_failed", { code: error.code });
      const message = "The database failed; the next attempt may succeed.";
      throw new HttpError("database_failed", message);
    }
  });

/**
 * Lets in what QStash signed, with the current or the next key, for this very function.
 * The body is verified as it came, and the URL is the configured one: gateways rewrite `req.url`.
 * A refused signature is logged: wrong keys or a wrong FUNCTIONS_URL would otherwise show nowhere.
 * @returns the raw body
 * @throws HttpError 401 for anything else
 */
async function verify({ req, config, log }: Context, name: string): Promise<string> {
  const message = "This endpoint is for QStash: the signature is missing or invalid.";
  const unauthorized = new HttpError("invalid_signature", message);
  const signature = req.headers.get("upstash-signature");
  if (!signature) throw unauthorized;
  const body = await readText(req, maxBody).catch(() => {
    throw unauthorized;
  });
  const { currentSigningKey, nextSigningKey } = config.qstash;
  const receiver = new Receiver({ currentSigningKey, nextSigningKey, devMode: false });
  const url = `${config.functionsUrl}/${name}`;
  try {
    // QStash's clock and ours may differ by 5 s
    await receiver.verify({ signature, body, url, clockTolerance: 5 });
  } catch (error) {
    log("signature_refused", { reason: reasonOf(error) });
    throw unauthorized;
  }
  return body;
}

/** Which check failed. The SDK's sentence begins with it, and goes on to quote the request. */
function reasonOf(error: unknown): "url" | "body" | "key_or_time" {
  const said = error instanceof Error ? error.message : "";
  if (said.startsWith("invalid subject")) return "url"; // QStash calls another than FUNCTIONS_URL
  return said.startsWith("body hash") ? "body" : "key_or_time";
}
