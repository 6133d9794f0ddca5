/** A local QStash server, the SDK's client for it, and a destination for its deliveries. */
import { Client } from "@upstash/qstash";
import {
  type QStashOptions,
  type QStashServer,
  startQStash,
} from "../../tools/local-stack/qstash/server.ts";

/** One delivery, as the destination got it. */
export interface Delivery {
  /** Path and query, raw. */
  path: string;
  headers: Headers;
  body: string;
}

/** Answers the n-th delivery, counted from 0. */
export type Reply = (delivery: Delivery, n: number) => Response | Promise<Response>;

/** A real HTTP server in the place of the function that QStash calls. */
export class Destination {
  readonly deliveries: Delivery[] = [];
  readonly url: string;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #waiters: { count: number; resolve: () => void }[] = [];

  constructor(reply: Reply = () => new Response("ok")) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (r) => {
      const path = r.url.slice(r.url.indexOf("/", "http://".length));
      const delivery = { path, headers: r.headers, body: await r.text() };
      const n = this.deliveries.push(delivery) - 1;
      this.#waiters = this.#waiters.filter(({ count, resolve }) => count > n + 1 || resolve());
      return await reply(delivery, n);
    });
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Resolves when so many deliveries have arrived. */
  received(count: number): Promise<void> {
    if (this.deliveries.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ count, resolve }));
  }

  get bodies(): string[] {
    return this.deliveries.map((delivery) => delivery.body);
  }

  /** This header's value in every delivery. */
  header(name: string): (string | null)[] {
    return this.deliveries.map((delivery) => delivery.headers.get(name));
  }

  close(): Promise<void> {
    return this.#server.shutdown();
  }
}

/** What a test works with. */
export interface Setup {
  qstash: QStashServer;
  client: Client;
  destination: Destination;
  /** A request to the server without the SDK. */
  // deno-lint-ignore no-explicit-any -- whatever the server answered
  api: (method: string, path: string, init?: RequestInit) => Promise<{ status: number; json: any }>;
  /** The server's log: `created`, `active`, …, each with the message's id. */
  events: { event: string; messageId: string }[];
}

/**
 * Defines a test with a server and a destination of its own; waiting is a thousand times shorter than
 * in real use. It must leave no timer or socket behind.
 */
export function testQStash(
  name: string,
  run: (setup: Setup) => Promise<void>,
  { reply, ...options }: QStashOptions & { reply?: Reply } = {},
): void {
  Deno.test({ name, fn, sanitizeOps: true, sanitizeResources: false }); // the SDK leaves bodies unread

  async function fn() {
    const events: Setup["events"] = [];
    const log = (event: string, { messageId }: Record<string, unknown>) =>
      void events.push({ event: event.replace("qstash.", ""), messageId: String(messageId) });
    const destination = new Destination(reply);
    const qstash = startQStash({ port: 0, delayFactor: 0.001, log, ...options });
    const { url, token } = qstash;
    const client = new Client({
      baseUrl: url,
      token,
      devMode: false,
      retry: false,
      enableTelemetry: false,
    });
    const api: Setup["api"] = async (method, path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has("Authorization")) headers.set("Authorization", `Bearer ${token}`);
      const response = await fetch(url + path, { ...init, method, headers });
      const text = await response.text();
      return { status: response.status, json: text ? JSON.parse(text) : undefined };
    };
    try {
      await run({ qstash, client, destination, api, events });
    } finally {
      await qstash.stop();
      await destination.close();
    }
  }
}

/** Replies with a failure. */
export const fail = (init: ResponseInit = { status: 500 }) => () => new Response("no", init);

/** A reply that waits until it is let go. */
export function heldReply(status = 200) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { reply: () => promise.then(() => new Response("", { status })), letGo: resolve };
}
