/**
 * Deno std's own assertions, as npm carries them: JSR cannot be reached from every network, and npm's
 * copy has no types, so this file types the few that the tests use. With JSR at hand, map `@std/assert`
 * in `deno.json` to `jsr:@std/assert@1` and delete this file; nothing else changes.
 */
// @ts-types="./assert_types.d.ts"
import * as std from "deno-std/assert/mod.js";

/** Fails unless `expr` is truthy. */
export const assert: (expr: unknown, msg?: string) => asserts expr = std.assert;
/** Fails unless both are deeply equal. */
export const assertEquals: <T>(actual: T, expected: T, msg?: string) => void = std.assertEquals;
/** Fails if both are deeply equal. */
export const assertNotEquals: <T>(actual: T, expected: T, msg?: string) => void =
  std.assertNotEquals;
/** Fails if the value is null or undefined. */
export const assertExists: <T>(actual: T, msg?: string) => asserts actual is NonNullable<T> =
  std.assertExists;
/** Fails unless the text matches. */
export const assertMatch: (actual: string, expected: RegExp, msg?: string) => void =
  std.assertMatch;
/** Fails if the text matches. */
export const assertNotMatch: (actual: string, expected: RegExp, msg?: string) => void =
  std.assertNotMatch;
/** Fails unless `actual` contains everything in `expected`. */
export const assertObjectMatch: (
  // deno-lint-ignore no-explicit-any -- std's own signature
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
) => void = std.assertObjectMatch;
/** Fails unless the text contains the part. */
export const assertStringIncludes: (actual: string, expected: string, msg?: string) => void =
  std.assertStringIncludes;
/** Fails unless `low < actual`. */
export const assertGreater: <T>(actual: T, low: T, msg?: string) => void = std.assertGreater;
/** Fails unless `actual < high`. */
export const assertLess: <T>(actual: T, high: T, msg?: string) => void = std.assertLess;
/** Fails unless the promise rejects; returns the error. */
export const assertRejects: (
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any -- std's own signature
  ErrorClass?: new (...args: any[]) => Error,
  msgIncludes?: string,
) => Promise<unknown> = std.assertRejects;
/** Fails unless the function throws; returns the error. */
export const assertThrows: (
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any -- std's own signature
  ErrorClass?: new (...args: any[]) => Error,
  msgIncludes?: string,
) => unknown = std.assertThrows;
