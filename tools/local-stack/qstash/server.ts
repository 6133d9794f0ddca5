/**
 * A local QStash: speaks the REST protocol to the unmodified SDK and delivers for real, signed and
 * with retries. All of its state is in memory.
 */

import "../no_proxy.ts";
import { describeError } from "../stack_errors.ts";
import { deliver } from "./deliver.ts";
import { DeliveryQueue, type Log } from "./delivery_queue.ts";
import { RefusedError } from "./message.ts";
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
  /** Default 8080; 0 is any free one. */
  port?: number;
  /** The dev server's public credentials by default. */
  token?: string;
  currentSigningKey?: string;
  nextSigningKey?: string;
  /**
   * Multiplies every waiting time between deliveries (retry delays, `Retry-After`, delays): 1 in real
   * use, e.g. 0.01 in tests. Delivery time-outs are never scaled.
   */
  delayFactor?: number;
  /** Milliseconds; default `Date.now`. */
  now?: () => number;
  /** Gets every event of a message (`qstash.created`, `qstash.delivered`, …) and defects. */
  log?: Log;
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
  const { port = 8080, delayFactor = 1, now = Date.now, log = () => {} } = options;
  const { token, currentSigningKey, nextSigningKey } = { ...DEV_CREDENTIALS, ...options };

  const stopping = new AbortController();
  // No pool: a connection that a restarted destination has closed would cost a message its delivery.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const timeline = new Timeline(now, (error) => log("qstash.defect", { error }));
  const context = { client, signingKey: currentSigningKey, now, signal: stopping.signal };
  const queue = new DeliveryQueue({
    timeline,
    deliver: (message) => deliver(message, context),
    now,
    delayFactor,
    log,
  });
  const keys = { current: currentSigningKey, next: nextSigningKey };
  const schedules = new Schedules(timeline, now, (publication) => queue.accept(publication));

  const answer = async (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) => {
    try {
      if (request.headers.get("Authorization") !== `Bearer ${token}`) {
        const reason = "unauthorized: the bearer token is missing or not this server's";
        throw new RefusedError(401, reason);
      }
      return await route(request, info.remoteAddr.hostname, queue, schedules, keys);
    } catch (error) {
      if (!(error instanceof RefusedError)) log("qstash.defect", { url: request.url, error });
      const status = error instanceof RefusedError ? error.status : 500;
      return Response.json({ error: describeError(error) }, { status });
    }
  };

  const listening = { hostname: "127.0.0.1", port, signal: stopping.signal, onListen: () => {} };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve(listening, answer);
  } catch (error) {
    client.close();
    throw error;
  }
  const stop = async () => {
    stopping.abort();
    timeline.stop();
    await queue.stop();
    await server.finished;
    client.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    port: server.addr.port,
    token,
    currentSigningKey,
    nextSigningKey,
    idle: () => queue.idle(),
    // deno-lint-ignore require-await -- so that an unknown id rejects rather than throws
    runSchedule: async (id) => schedules.fire(id),
    stop: () => stopped ??= stop(),
  };
}
