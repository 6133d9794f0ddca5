import { readBody } from "./body.ts";
import { Refusal } from "./errors.ts";
import type { FilterName } from "./query.ts";

/**
 * The ids of a bulk action. The TypeScript SDK sends them in the query; the Python SDK sends a
 * JSON body such as `{"dlqIds": ["…"]}`, also on DELETE.
 *
 * @returns the ids of the body; nothing if it names none
 * @throws {Refusal} 400 for a body that is not such an object
 */
export async function readIds(
  request: Request,
  name: FilterName,
): Promise<Partial<Record<FilterName, string[]>>> {
  const text = new TextDecoder().decode((await readBody(request.body)).bytes);
  if (text.trim() === "") return {};
  const ids = parseObject(text)[name];
  if (ids === undefined) return {};
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string")) {
    throw new Refusal(400, `${name} is not a list of strings`);
  }
  return { [name]: ids };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // The refusal below says all there is to say.
  }
  throw new Refusal(400, "the body is not a JSON object");
}
