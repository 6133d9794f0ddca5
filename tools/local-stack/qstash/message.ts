import type { Expression } from "./expression.ts";
import type { FlowControlSetting } from "./flow_control.ts";
import type { Redacted } from "./redaction.ts";

/** Headers as QStash's JSON has them: canonical names, each with all of its values. */
export type HeaderMap = Record<string, string[]>;

export type Bytes = Uint8Array<ArrayBuffer>;

/** `Upstash-Retry-Delay`: as written, and parsed. */
export interface RetryDelay {
  source: string;
  compute: Expression;
}

/** How a message, or a callback of one, is delivered. */
export interface DeliverySettings {
  method: string;
  /** What the destination gets besides QStash's own headers. */
  header: HeaderMap;
  maxRetries: number;
  retryDelay?: RetryDelay;
  /** Shortens the plan's maximum response time. */
  timeoutMs?: number;
  delayMs: number;
}

/** A callback or failure callback: another message, made when an attempt has ended. */
export interface CallbackSettings extends DeliverySettings {
  url: string;
}

/**
 * Everything a publisher says about a message; a schedule keeps one and publishes it again and
 * again.
 */
export interface Envelope extends DeliverySettings {
  /** The destination, exactly as published. */
  url: string;
  body: Bytes;
  /** Milliseconds; wins over `delayMs`. */
  notBefore?: number;
  callback?: CallbackSettings;
  failureCallback?: CallbackSettings;
  labels: string[];
  flowControl?: FlowControlSetting;
  /** Present if `Upstash-Redact-Fields` hides anything from the API's answers. */
  redacted?: Redacted;
  /** Address of the publisher. */
  callerIp: string;
  scheduleId?: string;
}

/** An envelope that was accepted. Times are milliseconds. */
export interface Message extends Envelope {
  messageId: string;
  createdAt: number;
  notBefore: number;
  /** Retries made so far: 0 during the first delivery. */
  retried: number;
}

/** How an attempt ended. */
export interface Outcome {
  /** 0 if there was no response. */
  status: number;
  header: HeaderMap;
  body: Bytes;
  /** Why there was no response. */
  error?: string;
}

/** 2xx, and nothing else: a redirect is not followed and is a failure. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome.status >= 200 && outcome.status < 300;
}

/** The destination said that trying again is of no use; the status alone does not count. */
export function isNonRetryable(outcome: Outcome): boolean {
  return outcome.status === 489 &&
    outcome.header["Upstash-Nonretryable-Error"]?.[0]?.toLowerCase() === "true";
}
