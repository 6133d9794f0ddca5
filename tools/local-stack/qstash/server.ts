/**
 * A local QStash: speaks the REST protocol to the unmodified SDK and delivers for real, signed and
 * with retries. All of its state is in memory.
 */

import { DeadLetters } from "./dead_letters.ts";
import { Deduplication } from "./dedup.ts";
import { deliver } from "./deliver.ts";
import { Dispatcher } from "./dispatcher.ts";
import { describeError } from "../errors.ts";
import { Refusal } from "./errors.ts";
import { Events } from "./events.ts";
import { FlowControl } from "./flow_control.ts";
import { randomId } from "./ids.ts";
import { route } from "./routes.ts";
import { Schedules } from "./schedules.ts";
import { Timeline } from "./timeline.ts";

/**
 * The public credentials of the official dev server, which the SDK uses under `QSTASH_DEV=true`.
 */
export const DEV_CREDENTIALS = {
  token: "eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=",
  currentSigningKey: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
  nextSigningKey: "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
};

export interface QStashOptions {
  /** Default 127.0.0.1. */
  hostname?: string;
  /** Default 8080; 0 is any free one. */
  port?: number;
  /** The dev server's public credentials by default. */
  token?: string;
  currentSigningKey?: string;
  nextSigningKey?: string;
  /**
   * Multiplies every waiting time between attempts (retry delays, `Retry-After`, delays, flow
   * control periods): 1 in real use, e.g. 0.01 in tests. Delivery time-outs are never scaled.
   */
  delayFactor?: number;
  /** Milliseconds; default `Date.now`. */
  now?: () => number;
  /** Gets every event of a message (`qstash.created`, `qstash.delivered`, …) and defects. */
  log?: (event: string, fields: Record<string, unknown>) => void;
}

export interface QStashServer {
  /** For the SDK's `baseUrl`. */
  url: string;
  port: number;
  token: string;
  currentSigningKey: string;
  nextSigningKey: string;
  /** Resolves when nothing is queued, waiting or being delivered, schedules aside. */
  idle(): Promise<void>;
  /** Fires a schedule now, as its cron would; rejects if there is none. */
  runSchedule(id: string): Promise<void>;
  /** Stops at once: aborts deliveries under way and clears timers. All state is lost. */
  stop(): Promise<void>;
}

/**
 * Starts the server.
 *
 * @throws {Deno.errors.AddrInUse} when the port is taken
 */
export function startQStash(options: QStashOptions = {}): QStashServer {
  const { hostname = "127.0.0.1", port = 8080, delayFactor = 1 } = options;
  const { now = Date.now, log = () => {} } = options;
  const token = options.token ?? DEV_CREDENTIALS.token;
  const currentSigningKey = options.currentSigningKey ?? DEV_CREDENTIALS.currentSigningKey;
  const nextSigningKey = options.nextSigningKey ?? DEV_CREDENTIALS.nextSigningKey;

  const stopping = new AbortController();
  // No pool: a connection that a restarted destination has closed would cost a message its attempt.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const timeline = new Timeline(now, (error) => log("qstash.defect", { error }));
  const events = new Events(now);
  const deadLetters = new DeadLetters(now);
  const context = { client, signingKey: currentSigningKey, now, newId: randomId };
  const dispatcher = new Dispatcher({
    timeline,
    flowControl: new FlowControl(timeline, now, delayFactor),
    events,
    deadLetters,
    deliver: (message) => deliver(message, { ...context, signal: stopping.signal }),
    now,
    newId: randomId,
    delayFactor,
    log,
  });
  const publish = dispatcher.accept.bind(dispatcher);
  const schedules = new Schedules({ timeline, publish, now, newId: randomId });
  const parts = {
    dispatcher,
    schedules,
    deduplication: new Deduplication(now),
    events,
    deadLetters,
    keys: { current: currentSigningKey, next: nextSigningKey },
  };

  const answer = async (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) => {
    try {
      if (request.headers.get("Authorization") !== `Bearer ${token}`) {
        throw new Refusal(401, "unauthorized: the bearer token is missing or not this server's");
      }
      return await route(request, info.remoteAddr.hostname, parts);
    } catch (error) {
      if (!(error instanceof Refusal)) log("qstash.defect", { url: request.url, error });
      const status = error instanceof Refusal ? error.status : 500;
      return Response.json({ error: describeError(error) }, { status });
    }
  };

  const server = serve({ hostname, port, signal: stopping.signal }, answer, client);
  const stop = async () => {
    stopping.abort();
    timeline.stop();
    await dispatcher.stop();
    await server.finished;
    client.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${reachable(hostname)}:${server.addr.port}`,
    port: server.addr.port,
    token,
    currentSigningKey,
    nextSigningKey,
    idle: () => dispatcher.idle(),
    // deno-lint-ignore require-await -- so that an unknown id rejects rather than throws
    runSchedule: async (id) => schedules.fire(id),
    stop: () => stopped ??= stop(),
  };
}

type Answer = Deno.ServeHandler<Deno.NetAddr>;

function serve(options: Deno.ServeTcpOptions, answer: Answer, client: Deno.HttpClient) {
  try {
    return Deno.serve({ ...options, onListen: () => {} }, answer);
  } catch (error) {
    client.close();
    throw error;
  }
}

/** An address that listens on every interface cannot itself be called. */
function reachable(hostname: string): string {
  if (hostname === "0.0.0.0" || hostname === "::") return "127.0.0.1";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
