import { Client, Receiver } from "@upstash/qstash";
import {
  type QStashOptions,
  type QStashServer,
  startQStash,
} from "../../tools/local-stack/qstash/server.ts";

/** A test that leaves no timer, socket or body behind, which Deno 2.9 checks only when asked. */
export function test(name: string, fn: () => Promise<void> | void): void {
  Deno.test({ name, fn, sanitizeOps: true, sanitizeResources: true });
}

/**
 * The same for SDK calls that leave the answer's body unread: `dlq.delete`, `schedules.pause`, …
 */
export function testWithUnreadAnswers(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: true, sanitizeResources: false });
}

/** One delivery, as the destination got it. */
export interface Delivery {
  method: string;
  /** Path and query, raw. */
  path: string;
  headers: Headers;
  body: string;
  /** Milliseconds, monotonic. */
  at: number;
}

/** Answers the n-th delivery, counted from 0. */
export type Reply = (delivery: Delivery, n: number) => Response | Promise<Response>;

/** A real HTTP server that stands for the function being called. */
export class Destination {
  readonly deliveries: Delivery[] = [];
  readonly url: string;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #waiters: { count: number; resolve: () => void }[] = [];

  constructor(reply: Reply = () => new Response("ok")) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (r) => {
      const delivery = {
        method: r.method,
        path: r.url.slice(r.url.indexOf("/", "http://".length)),
        headers: r.headers,
        body: await r.text(),
        at: performance.now(),
      };
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

  close(): Promise<void> {
    return this.#server.shutdown();
  }
}

/** What a test works with. */
export interface Stack {
  qstash: QStashServer;
  client: Client;
  receiver: Receiver;
  destination: Destination;
  /** A request to the server without the SDK. */
  api: (method: string, path: string, init?: RequestInit) => Promise<Answer>;
}

export interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any -- whatever the server answered
  json: any;
}

export interface StackOptions extends QStashOptions {
  reply?: Reply;
}

/**
 * Runs a test against a server of its own, a thousand times faster in its waiting than a real one.
 */
export async function withStack(
  options: StackOptions,
  test: (stack: Stack) => Promise<void>,
): Promise<void> {
  const { reply, ...qstashOptions } = options;
  const destination = new Destination(reply);
  const qstash = startQStash({ port: 0, delayFactor: 0.001, ...qstashOptions });
  const { url, token, currentSigningKey, nextSigningKey } = qstash;
  const client = new Client({ baseUrl: url, token, devMode: false, retry: false });
  const receiver = new Receiver({ currentSigningKey, nextSigningKey, devMode: false });
  const api: Stack["api"] = async (method, path, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("Authorization")) headers.set("Authorization", `Bearer ${token}`);
    const response = await fetch(url + path, { ...init, method, headers });
    const text = await response.text();
    return { status: response.status, json: text ? JSON.parse(text) : undefined };
  };
  try {
    await test({ qstash, client, receiver, destination, api });
  } finally {
    await qstash.stop();
    await destination.close();
  }
}

/** A promise and the function that resolves it: a gate in a destination's reply. */
export function gate(): { open: () => void; opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}

/** Decodes a base64 member of a callback or an event. */
export function decode(base64: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(base64));
}
