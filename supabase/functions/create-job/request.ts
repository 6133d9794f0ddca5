import { z } from "zod";
import { HttpError, type Issue, readText } from "../_shared/http.ts";
import { clean, length, LONGEST } from "../_shared/user_text.ts";

const maxBody = 16 * 1024;

const short = (what: string, max: number) =>
  z.string({ error: `${what} must be a text.` }).transform(clean)
    .refine((value) => length(value) <= max, {
      error: `${what} can have at most ${max} characters.`,
    });

const line = (what: string, max: number) =>
  short(what, max).transform((value) => value || null).nullish().transform((value) =>
    value ?? null
  );

const goal = short("A goal", LONGEST.goal)
  .refine((value) => value !== "", { error: "A goal cannot be empty." });

const idempotencyKey = z.string({ error: "The idempotency key must be a text." })
  .regex(/^[\x21-\x7e]{1,255}$/, {
    error: "The idempotency key must be 1 to 255 visible ASCII characters.",
  });

const request = z.object({
  goals: z.array(goal, { error: "Goals must be a list of texts." })
    .min(1, { error: "Write at least one goal." })
    .max(12, { error: "A board has room for at most 12 goals." }),
  name: line("The name", LONGEST.name),
  rank_tag: line("The rank tag", LONGEST.tag),
  theme: z.enum(["light", "dark"], { error: "The theme must be light or dark." })
    .nullish().transform((value) => value ?? "light" as const),
  idempotency_key: idempotencyKey.nullish().transform((value) => value ?? null),
}, { error: "The request must be a JSON object." });

const address = z.string({ error: "Guests need an email address." }).trim()
  .max(320, { error: "The email address is too long." })
  .pipe(z.email({ error: "This is not an email address." }));

export type CreateRequest = z.infer<typeof request> & { email: string | null };

/**
 * Reads and validates a request to create a job.
 * @param guest without a session: then the body's `email` counts and is required; else it is ignored
 * @throws HttpError 400 `invalid_json` or `validation_failed`, 413 `body_too_large`
 */
export async function readCreateRequest(req: Request, guest: boolean): Promise<CreateRequest> {
  const body = parseJson(await readText(req, maxBody));
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
      message: "The header and the body name different idempotency keys.",
    });
  }
  if (issues.length > 0 || !parsed.success) {
    throw new HttpError(
      400,
      "validation_failed",
      issues[0]?.message ?? "The request is not valid.",
      { issues },
    );
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
    throw new HttpError(400, "invalid_json", "The request's body is not valid JSON.");
  }
}

function issuesOf(result: z.ZodSafeParseResult<unknown>, at?: string): Issue[] {
  return (result.error?.issues ?? []).map((issue) => ({
    path: at ?? issue.path.join("."),
    message: issue.message,
  }));
}
