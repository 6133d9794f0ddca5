import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { readConfig } from "../../supabase/functions/_shared/config.ts";
import { deps } from "../../supabase/functions/_shared/deps.ts";
import { ConfigError } from "../../supabase/functions/_shared/errors.ts";
import { createJob } from "../../supabase/functions/create-job/handler.ts";
import { sweepJobs } from "../../supabase/functions/sweep-jobs/handler.ts";

const complete: Record<string, string> = {
  SUPABASE_URL: "https://project.supabase.co",
  QSTASH_URL: "https://qstash.upstash.io",
  QSTASH_TOKEN: "a-secret-token",
  QSTASH_CURRENT_SIGNING_KEY: "sig_current",
  QSTASH_NEXT_SIGNING_KEY: "sig_next",
};
const read = (env: Record<string, string | undefined>) =>
  readConfig((name) => ({ ...complete, ...env })[name]);
const problem = (env: Record<string, string | undefined>) =>
  (assertThrows(() => read(env), ConfigError) as ConfigError).message;

Deno.test("the defaults are the contract's", () => {
  const { functionsUrl, allowGuests, maxActiveJobs, maxDailyJobs, jobTtlDays } = read({});
  assertEquals(functionsUrl, "https://project.supabase.co/functions/v1");
  assertEquals([allowGuests, maxActiveJobs, maxDailyJobs, jobTtlDays], [false, 3, 20, 30]);
  const { boardsAtOnce, functionsRegion } = read({});
  assertEquals([boardsAtOnce, functionsRegion], [2, undefined]);
  assertEquals(read({}).pictures, { source: "illustrated" });
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
    ["BOARDS_AT_ONCE", "0"],
    ["BOARDS_AT_ONCE", "1.5"],
    ["FUNCTIONS_REGION", "hunter2"],
    ["FUNCTIONS_REGION", "eu-west-1\nhunter2"],
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

const openai = {
  BOARD_PICTURES: "ai",
  IMAGE_MODEL: "openai:gpt-image-1",
  OPENAI_API_KEY: "sk-a",
};
const google = {
  BOARD_PICTURES: "ai",
  IMAGE_MODEL: "google:gemini-2.5-flash-image",
  GOOGLE_GENERATIVE_AI_API_KEY: "AIza",
};
const stock = { BOARD_PICTURES: "stock", PEXELS_API_KEY: "563492ad6f91700001" };

Deno.test("each picture source has its own variables", () => {
  assertEquals(read(stock).pictures, {
    source: "stock",
    key: "563492ad6f91700001",
    url: "https://api.pexels.com",
  });
  assertEquals(read({ ...openai, OPENAI_BASE_URL: "http://127.0.0.1:9/v1/" }).pictures, {
    source: "ai",
    provider: "openai",
    model: "gpt-image-1",
    key: "sk-a",
    url: "http://127.0.0.1:9/v1",
  });
  assertEquals(read(google).pictures, {
    source: "ai",
    provider: "google",
    model: "gemini-2.5-flash-image",
    key: "AIza",
    url: "https://generativelanguage.googleapis.com/v1beta",
  });
});

Deno.test("a variable that the picture source needs is named when it is missing", () => {
  for (const env of [openai, google, stock] as Record<string, string>[]) {
    for (const variable of Object.keys(env).filter((name) => name !== "BOARD_PICTURES")) {
      assertEquals(problem({ ...env, [variable]: undefined }), `${variable} is not set`);
    }
  }
});

Deno.test("variables of another picture source are neither needed nor read", () => {
  const broken = {
    IMAGE_MODEL: "hunter2",
    OPENAI_API_KEY: "hunter 2",
    OPENAI_BASE_URL: "hunter2",
    PEXELS_URL: "hunter2",
  };
  assertEquals(read(broken).pictures, { source: "illustrated" });
  assertEquals(read({ ...broken, PEXELS_URL: undefined, ...stock }).pictures.source, "stock");
  assertEquals(read({ ...broken, ...google }).pictures.source, "ai");
});

Deno.test("a malformed variable of a picture source is named, without its value", () => {
  const malformed: [Record<string, string>, string, string[]][] = [
    [openai, "IMAGE_MODEL", [
      ...["hunter2", "hunter2:model", "openai:", "openai:hunter 2", "google:imagen-hunter2"],
      "google:gemini-hunter2?key=x",
    ]],
    [openai, "OPENAI_API_KEY", ["hunter 2", "hunter2\nx-evil: 1", "húnter2"]],
    [openai, "OPENAI_BASE_URL", [
      ...["hunter2", "http://hunter2.example/v1", "ftp://hunter2"],
      "http://127.0.0.1.hunter2.example",
      "http://localhost@hunter2.example",
    ]],
    [stock, "PEXELS_URL", ["hunter2", "http://hunter2.example"]],
    [stock, "PEXELS_API_KEY", ["hunter2 hunter2"]],
    [google, "GOOGLE_GENERATIVE_AI_API_KEY", ["hunter2 hunter2"]],
  ];
  for (const [env, variable, values] of malformed) {
    for (const value of values) {
      const message = problem({ ...env, [variable]: value });
      assert(message.startsWith(`${variable} must be`), `${value}: ${message}`);
      assert(!message.includes("\n") && !message.includes("hunter2"), message);
    }
  }
});

Deno.test("keys are read in the forms that the platform writes", () => {
  const { supabaseEnv } = read({
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}',
    SUPABASE_JWKS: '[{"kty":"EC","kid":"a"}]',
  });
  assertEquals(supabaseEnv.secretKeys, { default: "sb_secret_x" });
  assertEquals(supabaseEnv.jwks, { keys: [{ kty: "EC", kid: "a" }] } as never);
  const set = read({ SUPABASE_JWKS: '{"keys":[{"kty":"EC","kid":"a"}]}' }).supabaseEnv.jwks;
  assertEquals(set, supabaseEnv.jwks);
});

Deno.test("a project without new API keys is served with its legacy keys", () => {
  const legacy = { SUPABASE_ANON_KEY: "eyJanon", SUPABASE_SERVICE_ROLE_KEY: "eyJservice" };
  const { supabaseEnv } = read(legacy);
  assertEquals(supabaseEnv.publishableKeys, { default: "eyJanon" });
  assertEquals(supabaseEnv.secretKeys, { default: "eyJservice" });
  const none = read({ ...legacy, SUPABASE_PUBLISHABLE_KEYS: "{}" }).supabaseEnv;
  assertEquals(none.publishableKeys, { default: "eyJanon" });
  const both = read({ ...legacy, SUPABASE_PUBLISHABLE_KEYS: '{"web":"sb_x"}' }).supabaseEnv;
  assertEquals(both.publishableKeys, { web: "sb_x" }, "new keys count alone where there are some");
});

Deno.test("a missing key of the project is named", async () => {
  const keys = '{"default":"sb_x"}';
  const missing = async (env: Record<string, string>) => {
    const all: Record<string, string> = { ...complete, ...env };
    const handle = sweepJobs({ ...deps, env: (name) => all[name], log() {} });
    const response = await handle(new Request("http://functions/", { method: "POST" }));
    assertEquals(response.status, 500);
    return (await response.json()).message;
  };
  assertMatch(await missing({}), /^SUPABASE_PUBLISHABLE_KEYS cannot be used/);
  assertMatch(
    await missing({ SUPABASE_PUBLISHABLE_KEYS: keys }),
    /^SUPABASE_SECRET_KEYS cannot be used/,
  );
});

Deno.test("slashes at the end of URLs are removed", () => {
  const { functionsUrl, qstash } = read({
    FUNCTIONS_URL: "https://tunnel.example/functions/v1/",
    QSTASH_URL: "https://qstash.upstash.io/",
  });
  assertEquals(functionsUrl, "https://tunnel.example/functions/v1");
  assertEquals(qstash.url, "https://qstash.upstash.io");
});

Deno.test("a function without configuration says at the first request what is missing", async () => {
  const lines: string[] = [];
  const handle = createJob({ ...deps, env: () => undefined, log: (line) => lines.push(line) });
  const response = await handle(new Request("http://functions/", { method: "POST" }));
  assertEquals(response.status, 500);
  assertEquals(await response.json(), {
    code: "misconfigured",
    message: "SUPABASE_URL is not set",
  });
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  assertEquals(lines.map((line) => JSON.parse(line).problem), ["SUPABASE_URL is not set"]);
});
