import { z } from "zod";
import { cleanText, countCharacters, LIMITS, THEMES } from "../_shared/contract.ts";
import { HttpError, type Issue } from "../_shared/errors.ts";
import { readText } from "../_shared/http.ts";
import type { JobRequest } from "../_shared/jobs.ts";

const short = (what: string, max: number) =>
  z.string({ error: `${what} must be a string.` }).transform(cleanText)
    .refine((value) => countCharacters(value) <= max, {
      error: `${what} can have at most ${max} characters.`,
    });

const optional = (what: string, max: number) =>
  short(what, max).nullish().transform((value) => value || null);

const goal = short("A goal", LIMITS.goal)
  .refine((value) => value !== "", { error: "A goal cannot be empty." });

const idempotencyKey = z.string({ error: "The idempotency key must be a string." })
  .regex(new RegExp(`^[\\x21-\\x7e]{1,${LIMITS.idempotency_key}}$`), {
    error: `The idempotency key must be 1 to ${LIMITS.idempotency_key} visible ASCII characters.`,
  });

const request = z.object({
  goals: z.array(goal, { error: "Goals must be a list of strings." })
    .min(1, { error: "Write at least one goal." })
    .max(LIMITS.goals, { error: `A board has room for at most ${LIMITS.goals} goals.` }),
  name: optional("The name", LIMITS.name),
  rank_tag: optional("The rank tag", LIMITS.rank_tag),
  theme: z.enum(THEMES, { error: `The theme must be ${THEMES.join(" or ")}.` })
    .nullish().transform((value) => value ?? "light"),
  idempotency_key: idempotencyKey.nullish().transform((value) => value ?? null),
}, { error: "The request must be a JSON object." });

// Supabase Auth's own rule, so that whoever can sign up can be a guest: its checkmail.ValidateFormat is the
// pattern of HTML's <input type="email">. ASCII only: browsers send domains in other letters as xn--….
// https://github.com/supabase/auth/blob/master/internal/api/mail.go
const address = z.string({ error: "Guests need an email address." }).trim()
  .max(LIMITS.email, { error: "The email address is too long." })
  .pipe(z.email({ error: "This is not an email address.", pattern: z.regexes.html5Email }));

/** A request that is valid; `email` is a guest's, and null for everybody else. */
export type CreateRequest = JobRequest & { email: string | null };

/**
 * Reads and validates a request to create a job.
 * @param guest without a session: then the body's `email` counts and is required; else it is ignored
 * @throws HttpError 400 `invalid_json` or `validation_failed`, 413 `body_too_large`
 */
export async function readCreateRequest(req: Request, guest: boolean): Promise<CreateRequest> {
  const body = parseJson(await readText(req, LIMITS.body));
  const header = req.headers.get("idempotency-key");

  const parsed = request.safeParse(body);
  const key = idempotencyKey.nullable().safeParse(header);
  const email = guest ? address.safeParse((body as { email?: unknown } | null)?.email) : null;
  const issues: Issue[] = [
    ...issuesOf(parsed),
    ...issuesOf(key, "idempotency_key"),
    ...(email ? issuesOf(email, "email") : []),
  ];
  if (parsed.data?.idempotency_key && header && parsed.data.idempotency_key !== header) {
    issues.push({
      path: "idempotency_key",
      message: "The header and the body have different idempotency keys.",
    });
  }
  if (issues.length > 0 || !parsed.success) {
    const message = issues[0]?.message ?? "The request is not valid.";
    throw new HttpError("validation_failed", message, { issues });
  }
  return {
    ...parsed.data,
    idempotency_key: parsed.data.idempotency_key ?? header,
    email: email?.data ?? null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError("invalid_json", "The request body is not valid JSON.");
  }
}

function issuesOf(result: z.ZodSafeParseResult<unknown>, at?: string): Issue[] {
  return (result.error?.issues ?? []).map((issue) => ({
    path: at ?? issue.path.join("."),
    message: issue.message,
  }));
}
