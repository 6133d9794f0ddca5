/** The guards between a request and what it can do: signatures, limits, validation, words, silence. */
import { type Guard, guardFor } from "./guard.ts";

const qstash = "supabase/functions/_shared/qstash_endpoint.ts";
const endpoint = "supabase/functions/_shared/endpoint.ts";
const http = "supabase/functions/_shared/http.ts";
const log = "supabase/functions/_shared/log.ts";
const queue = "supabase/functions/_shared/queue.ts";
const request = "supabase/functions/create-job/request.ts";
const userText = "supabase/functions/_shared/user_text.ts";
const createJob = "supabase/functions/create-job/handler.ts";
const processJob = "supabase/functions/process-job/handler.ts";

const signatures = "tests/attack/signatures_test.ts";
const bodies = "tests/attack/bodies_test.ts";
const fuzz = "tests/attack/fuzz_test.ts";
const answers = "tests/attack/answers_test.ts";
const ssrf = "tests/attack/ssrf_test.ts";
const leaks = "tests/attack/leaks_test.ts";

const security = guardFor("security");

/** In signatures_test.ts. */
const forged = (
  guard: string,
  find: string,
  replace: string,
  name = "process-job: a forged request",
) => security(guard, qstash, find, replace, signatures, name);
/** In request_test.ts, which needs no stack. */
const validated = (guard: string, find: string, replace: string, name: string, file = request) =>
  security(guard, file, find, replace, "tests/functions/request_test.ts", name);
/** In fuzz_test.ts, which computes every row and every refusal a second time. */
const fuzzed = (guard: string, find: string, replace: string, file = request) =>
  security(guard, file, find, replace, fuzz, "whatever is sent");
const silent = (guard: string, file: string, find: string, replace: string) =>
  security(guard, file, find, replace, leaks, "jobs live and end in every way");

export const requests: Guard[] = [
  // QStash's signature
  forged(
    "a request without a signature is refused",
    "if (!signature) throw unauthorized;",
    "if (!signature) return await req.text();",
  ),
  forged(
    "the signature is verified",
    "await receiver.verify({",
    'if (signature === "") await receiver.verify({',
  ),
  forged(
    "verification comes before the work",
    "const body = await verified(call, name);",
    "const body = await call.req.clone().text();",
  ),
  forged(
    "a signature counts for one function's URL only",
    "url: `${config.functionsUrl}/${fn}`,",
    "",
  ),
  forged(
    "the URL is the configured one, not the request's",
    "url: `${config.functionsUrl}/${fn}`,",
    "url: req.url,",
    "process-job: what is signed with the current or the next key gets in",
  ),
  forged("QSTASH_DEV does not swap the signing keys", "devMode: false,", ""),
  forged(
    "clocks may differ by five seconds, not by a minute",
    "clockTolerance: 5,",
    "clockTolerance: 65,",
  ),
  forged(
    "clocks may differ by five seconds",
    "clockTolerance: 5,",
    "",
    "clocks may differ by five seconds",
  ),
  forged(
    "the next signing key is accepted too",
    "nextSigningKey: config.qstash.nextSigningKey,",
    "nextSigningKey: config.qstash.currentSigningKey,",
    "process-job: what is signed with the current or the next key gets in",
  ),
  forged(
    "the body is verified as it came",
    "      body,\n      url:",
    "      body: JSON.stringify(JSON.parse(body || '{}')),\n      url:",
    "sweep-jobs: what is signed with the current or the next key gets in",
  ),
  forged(
    "at most 2 MB are read for a signature",
    "const maxBody = 2 * 1024 * 1024;",
    "const maxBody = 20 * 1024 * 1024;",
  ),
  forged(
    "what cannot be read is not signed either: 401, nothing else",
    "readText(req, maxBody).catch(() => {\n    throw unauthorized;\n  });",
    "readText(req, maxBody);",
  ),
  // limits
  security(
    "a length over the limit is refused before the first byte",
    http,
    'if (Number(req.headers.get("content-length") ?? 0) > limit) throw tooLarge;',
    "",
    bodies,
    "a length over 16 KiB is refused before the first byte",
  ),
  security(
    "reading stops at the limit, whatever the length was said to be",
    http,
    "if (size > limit) throw tooLarge;",
    "",
    bodies,
    "ten megabytes in a stream",
  ),
  security(
    "create-job reads 16 KiB",
    request,
    "const maxBody = 16 * 1024;",
    "const maxBody = 16 * 1024 + 1;",
    bodies,
    "exactly 16 KiB are read",
  ),
  security(
    "what is not UTF-8 is refused, not repaired",
    http,
    "{ fatal: true }",
    "{ fatal: false }",
    bodies,
    "what is no JSON in UTF-8",
  ),
  security(
    "a body that breaks off is refused, not half read",
    http,
    'throw new HttpError(400, "invalid_json", "The request\'s body could not be read as UTF-8 text.");',
    "return new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer());",
    bodies,
    "a body that breaks off in the middle",
  ),
  // the endpoint's frame
  security(
    "only POST is let in",
    endpoint,
    'if (req.method !== "POST") {',
    'if (req.method === "GET") {',
    bodies,
    "every method but POST",
  ),
  security(
    "errors can be read across origins",
    http,
    "headers: { ...cors, ...headers }",
    "headers",
    bodies,
    "every method but POST",
  ),
  security(
    "an unexpected error's text stays inside",
    endpoint,
    '"Something went wrong on our side. Please try again.",',
    "String(error),",
    answers,
    "an error that nobody foresaw",
  ),
  security(
    "whatever is thrown becomes the contract's error",
    endpoint,
    "if (error instanceof HttpError) return error;",
    "if (error instanceof HttpError) return error;\n  if (error instanceof TypeError) throw error;",
    answers,
    "an error that nobody foresaw",
  ),
  security(
    "an answer that never ends is not waited for",
    endpoint,
    "AbortSignal.timeout(seconds * 1000)",
    "AbortSignal.timeout(3_600_000)",
    answers,
    "when the database's API answers nonsense",
  ),
  security(
    "an attempt's own error stays inside",
    processJob,
    '"This attempt failed; the next one may succeed.",',
    "String(error),",
    answers,
    "whatever the painter throws",
  ),
  security(
    "the log names an error's kind, never its text",
    log,
    "codeOf({ code })}`.trim();",
    "codeOf({ code })} ${error.message}`.trim();",
    answers,
    "whatever the painter throws",
  ),
  security(
    "what is thrown and is no error is not logged either",
    log,
    "return typeof error;",
    "return String(error);",
    answers,
    "whatever the painter throws",
  ),
  // validation
  validated(
    "a board has at least one goal",
    '.min(1, { error: "Write at least one goal." })',
    "",
    "1 to 12 goals fit on a board",
  ),
  validated(
    "a board has at most 12 goals",
    '.max(12, { error: "A board has room for at most 12 goals." })',
    "",
    "1 to 12 goals fit on a board",
  ),
  fuzzed(
    "a goal is a text",
    "z.string({ error: `${what} must be a text.` })",
    "z.coerce.string()",
  ),
  validated(
    "a goal is not empty",
    '.refine((value) => value !== "", { error: "A goal cannot be empty." })',
    "",
    "every fault is named at once",
  ),
  validated(
    "a goal has at most 200 characters",
    'short("A goal", LONGEST.goal)',
    'short("A goal", 20_000)',
    "a goal may have 200 characters",
  ),
  validated(
    "characters are counted as people count them",
    "[...text].length",
    "text.length",
    "a goal may have 200 characters",
    userText,
  ),
  validated(
    "a name has at most 80 characters",
    'line("The name", LONGEST.name)',
    'line("The name", 8_000)',
    "every fault is named at once",
  ),
  fuzzed(
    "a rank tag has at most 40 characters",
    'line("The rank tag", LONGEST.tag)',
    'line("The rank tag", 4_000)',
  ),
  validated(
    "a theme is light or dark",
    'z.enum(["light", "dark"], {',
    'z.enum(["light", "dark", "pink"], {',
    "every fault is named at once",
  ),
  validated(
    "a key is visible ASCII",
    "/^[\\x21-\\x7e]{1,255}$/",
    "/^[^]{1,255}$/",
    "the idempotency key comes in the body or the header",
  ),
  validated(
    "a key has at most 255 characters",
    "/^[\\x21-\\x7e]{1,255}$/",
    "/^[\\x21-\\x7e]+$/",
    "the idempotency key comes in the body or the header",
  ),
  fuzzed(
    "the key in the header is checked like the one in the body",
    "idempotencyKey.nullable().safeParse(header)",
    "z.string().nullable().safeParse(header)",
  ),
  validated(
    "two different keys are refused",
    "parsed.data.idempotency_key !== header) {",
    "parsed.data.idempotency_key === null) {",
    "the idempotency key comes in the body or the header",
  ),
  fuzzed("halves of characters are left out", "[\\p{Cs}\\u0000-", "[\\u0000-", userText),
  validated(
    "NUL is left out",
    "\\p{Cs}\\u0000-\\u0008",
    "\\p{Cs}\\u0001-\\u0008",
    "what the database cannot store is left out",
    userText,
  ),
  fuzzed("other invisible controls are left out", "\\u000e-\\u001f\\u007f]", "]", userText),
  fuzzed("blanks around a text are left out", '/gu, "").trim()', '/gu, "")', userText),
  fuzzed(
    "what is not JSON is said to be so",
    'throw new HttpError(400, "invalid_json", "The request\'s body is not valid JSON.");',
    "return null;",
  ),
  security(
    "a guest's address is an address",
    request,
    '.pipe(z.email({ error: "This is not an email address." }))',
    "",
    ssrf,
    "a guest's address is an address",
  ),
  security(
    "a message names a job by its id, and by nothing else",
    "supabase/functions/_shared/message.ts",
    "z.guid()",
    "z.string()",
    answers,
    "a failure callback about nonsense",
  ),
  // where things go
  security(
    "QStash is told the job's id and nothing else",
    queue,
    "body: { job_id: jobId },",
    "body: { job_id: jobId, for: config.functionsUrl },",
    ssrf,
    "no address in a field or a header",
  ),
  security(
    "QSTASH_DEV does not swap QStash's address",
    queue,
    "devMode: false,",
    "",
    "tests/functions/create_job_test.ts",
    "QStash gets the job's id, how to deliver it, and nothing personal",
  ),
  security(
    "a link leads to the project's public address",
    "supabase/functions/_shared/pictures.ts",
    "return publicUrl ? signedUrl.replace(config.supabaseUrl, publicUrl) : signedUrl;",
    "return publicUrl ? signedUrl : signedUrl;",
    answers,
    "whatever Storage says a link is",
  ),
  // silence, and the search for what breaks it
  silent(
    "no goal is logged",
    createJob,
    "goals: request.goals.length,",
    "goals: request.goals.join(),",
  ),
  silent(
    "no address is logged",
    createJob,
    "guest: user === null });",
    'guest: user?.email ?? "" });',
  ),
  silent(
    "no name is logged",
    processJob,
    'call.log("job_claimed", { job_id: jobId, attempt: job.attempt });',
    'call.log("job_claimed", { job_id: jobId, attempt: job.attempt, name: job.name });',
  ),
  silent(
    "no lease token is logged",
    processJob,
    'call.log("job_claimed", { job_id: jobId, attempt: job.attempt });',
    'call.log("job_claimed", { job_id: jobId, attempt: job.attempt, lease: job.lease_token });',
  ),
  silent(
    "no picture's link is logged",
    processJob,
    "return await call.jobs.complete(jobId, job.lease_token, job.path, url);",
    'call.log("board_linked", { url });\n  return await call.jobs.complete(jobId, job.lease_token, job.path, url);',
  ),
  silent(
    "no key of a person is answered",
    createJob,
    '"This idempotency key was already used for a different request."',
    "`The key ${request.idempotency_key} was already used for a different request.`",
  ),
  silent(
    "no goal is quoted in an error",
    request,
    "error: `${what} can have at most ${max} characters.`",
    "error: (issue) => `${what} can have at most ${max} characters: ${issue.input}.`",
  ),
  silent(
    "no token is answered",
    endpoint,
    '"Sign in first: this needs the access token of a valid session.",',
    '`Sign in first: ${req.headers.get("authorization")}.`,',
  ),
  security(
    "a file fails at its end when something private got out",
    "tests/support/rig.ts",
    "if (found.length > 0) throw",
    "if (found.length > 99) throw",
    leaks,
    "a test file fails at its end",
  ),
  security(
    "the search knows base64",
    "tests/support/leaks.ts",
    "forms.base64url.some((form) => base64url.includes(form))",
    "false",
    leaks,
    "a text is found as it is",
  ),

  // what others answer
  security(
    "a redirect does not take the secret key elsewhere",
    endpoint,
    'redirect: "error",',
    'redirect: "follow",',
    answers,
    "a redirect is not followed",
  ),
  security(
    "QStash's message id is one",
    queue,
    "return messageIds.parse(messageId);",
    "return messageId;",
    answers,
    "an id of QStash's that is no id",
  ),
  security(
    "an error's code is a code, not a text",
    log,
    '/^[A-Z0-9_]{3,30}$/.test(error.code) ? error.code : "";',
    "true ? error.code : String();",
    answers,
    "a code that is none of Postgres's",
  ),
  security(
    "the database's answer is one of its functions'",
    "supabase/functions/_shared/jobs.ts",
    'if (!parsed.success) throw new DatabaseError({ code: "UNEXPECTED_ANSWER" }, 502);\n    return parsed.data;',
    "return (parsed.data ?? data) as T;",
    answers,
    "an answer of the database that is none",
  ),
  security(
    "a link is one that Storage signed",
    "supabase/functions/_shared/pictures.ts",
    'if (!data.signedUrl.includes(signed)) throw new StorageFailure("sign a link", {});',
    "",
    answers,
    "a link that Storage did not sign",
  ),
  security(
    "what is stored is an image",
    "supabase/functions/_shared/pictures.ts",
    "return magic[contentType]?.test(head) ?? false;",
    "return Boolean(magic[contentType] && head !== null);",
    answers,
    "what is empty, or no image",
  ),
];
