import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError, readConfig } from "../../supabase/functions/_shared/config.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { timing } from "../../supabase/functions/_shared/timing.ts";

const complete: Record<string, string> = {
  SUPABASE_URL: "https://project.supabase.co",
  QSTASH_URL: "https://qstash.upstash.io",
  QSTASH_TOKEN: "a-secret-token",
  QSTASH_CURRENT_SIGNING_KEY: "sig_current",
  QSTASH_NEXT_SIGNING_KEY: "sig_next",
};
const read = (env: Record<string, string | undefined>) =>
  readConfig({ env: (name) => ({ ...complete, ...env })[name] });
const problem = (env: Record<string, string | undefined>) =>
  (assertThrows(() => read(env), ConfigError) as ConfigError).message;

Deno.test("the defaults are the contract's", () => {
  const { functionsUrl, allowGuests, maxActiveJobs, maxDailyJobs, jobTtlDays } = read({});
  assertEquals(functionsUrl, "https://project.supabase.co/functions/v1");
  assertEquals([allowGuests, maxActiveJobs, maxDailyJobs, jobTtlDays], [false, 3, 20, 30]);
});

Deno.test("every required variable is named when it is missing or empty", () => {
  for (const variable of Object.keys(complete)) {
    assertEquals(problem({ [variable]: undefined }), `${variable} is not set`);
    assertEquals(problem({ [variable]: " " }), `${variable} is not set`);
  }
});

Deno.test("a malformed variable is named in one line, without its value", () => {
  const malformed: [string, string][] = [
    ["SUPABASE_URL", "hunter2"],
    ["QSTASH_URL", "https://qstash.upstash.io/v2/publish/hunter2"],
    ["FUNCTIONS_URL", "hunter2"],
    ["ALLOW_GUESTS", "hunter2"],
    ["MAX_ACTIVE_JOBS", "-1"],
    ["MAX_DAILY_JOBS", "1e3"],
    ["JOB_TTL_DAYS", "0"],
    ["JOB_TTL_DAYS", "100000"],
    ["BOARD_PICTURES", "hunter2"],
    ["SUPABASE_SECRET_KEYS", "hunter2"],
    ["SUPABASE_PUBLISHABLE_KEYS", '["hunter2"]'],
    ["SUPABASE_JWKS", "hunter2"],
  ];
  for (const [variable, value] of malformed) {
    const message = problem({ [variable]: value });
    assert(message.startsWith(`${variable} must be`), message);
    assert(!message.includes("\n") && !message.includes("hunter2"), message);
  }
});

Deno.test("keys come in the forms that the platform writes", () => {
  const { supabaseEnv } = read({
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}',
    SUPABASE_JWKS: '[{"kty":"EC","kid":"a"}]',
  });
  assertEquals(supabaseEnv.secretKeys, { default: "sb_secret_x" });
  assertEquals(supabaseEnv.jwks, { keys: [{ kty: "EC", kid: "a" }] } as never);
  const set = read({ SUPABASE_JWKS: '{"keys":[{"kty":"EC","kid":"a"}]}' }).supabaseEnv.jwks;
  assertEquals(set, supabaseEnv.jwks);
});

Deno.test("slashes at the end of URLs do no harm", () => {
  const { functionsUrl, qstash } = read({
    FUNCTIONS_URL: "https://tunnel.example/functions/v1/",
    QSTASH_URL: "https://qstash.upstash.io/",
  });
  assertEquals(functionsUrl, "https://tunnel.example/functions/v1");
  assertEquals(qstash.url, "https://qstash.upstash.io");
});

Deno.test("a function without configuration answers one clear line at the first request", async () => {
  const lines: string[] = [];
  const world = {
    env: () => undefined,
    log: (line: string) => lines.push(line),
    now: () => 0,
    timing,
  };
  const response = await createJob(world)(
    new Request("http://functions/create-job", { method: "POST" }),
  );
  assertEquals(response.status, 500);
  assertEquals(await response.json(), {
    code: "misconfigured",
    message: "SUPABASE_URL is not set",
  });
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  assertEquals(lines.map((line) => JSON.parse(line).problem), ["SUPABASE_URL is not set"]);
});
