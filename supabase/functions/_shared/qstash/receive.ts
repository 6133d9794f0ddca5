import { Receiver } from "@upstash/qstash";
import { type Call, endpoint } from "../endpoint.ts";
import { HttpError, readText } from "../http.ts";
import { DatabaseError } from "../jobs.ts";
import type { World } from "../deps.ts";

/** QStash's own limit is 1 MB a message; a failure callback wraps one in base64. */
const maxBody = 2 * 1024 * 1024;

/**
 * The frame of the functions that only QStash calls: the handler gets the verified body.
 * When the database fails there is no Retry-After, so that QStash's own delays of 10, 30 and 90 s apply.
 */
export const qstashEndpoint = (
  world: World,
  name: string,
  handle: (call: Call, body: string) => Promise<Response>,
) =>
  endpoint(world, name, () => "none", async (call) => {
    const body = await verified(call, name);
    try {
      return await handle(call, body);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      call.log("database_failed", { code: error.code });
      throw new HttpError(
        500,
        "database_failed",
        "The database failed; the next attempt may succeed.",
      );
    }
  });

/**
 * Lets in what QStash signed, with the current or the next key, for this very function.
 * The body is verified as it came, and the URL is the configured one: gateways rewrite `req.url`.
 * What is refused leaves a line: wrong keys or a wrong FUNCTIONS_URL would otherwise show nowhere.
 * @returns the raw body
 * @throws HttpError 401 for anything else
 */
async function verified({ req, config, log }: Call, fn: string): Promise<string> {
  const unauthorized = new HttpError(
    401,
    "invalid_signature",
    "This endpoint is for QStash: the signature is missing or invalid.",
  );
  const signature = req.headers.get("upstash-signature");
  if (!signature) throw unauthorized;
  const body = await readText(req, maxBody).catch(() => {
    throw unauthorized;
  });
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
  } catch (error) {
    log("signature_refused", { reason: reasonOf(error) });
    throw unauthorized;
  }
  return body;
}

/** Which check failed. The SDK says so in the first words of a sentence that goes on to quote the request. */
function reasonOf(error: unknown): "url" | "body" | "key_or_time" {
  const said = error instanceof Error ? error.message : "";
  if (said.startsWith("invalid subject")) return "url"; // QStash calls another than FUNCTIONS_URL
  return said.startsWith("body hash") ? "body" : "key_or_time";
}
