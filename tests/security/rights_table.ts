/** Everything that can be tried on rows, SQL functions and objects over HTTP, and who may do it. */
import type { Person, Row } from "../support/test_stack.ts";

export type Headers = Record<string, string>;

/** What is there to be had: a complete board of Ava's, and one that nobody owns yet. */
export interface Targets {
  ava: Person;
  own: Row;
  unowned: Row;
}

/** One thing to try. */
export interface Operation {
  what: string;
  method: string;
  path: string;
  /** A word each for anon, owner, another user and the service role. */
  expected: string[];
  body?: unknown;
  headers?: Headers;
}

/** The operations of one API on these targets. */
export type Api = (targets: Targets) => Operation[];

type Line = [what: string, request: string, expected: string, body?: unknown, headers?: Headers];
const operations = (lines: Line[]): Operation[] =>
  lines.map(([what, request, expected, body, headers]) => {
    const [method, path] = request.split(" ") as [string, string];
    return { what, method, path, expected: expected.split(" "), body, headers };
  });

/**
 * Rows, by the REST API. `reads` and `writes` succeed; `nothing` is a success without a row; any other
 * word is the code of the error.
 */
export function rows({ ava, own, unowned }: Targets): Operation[] {
  const table = "/rest/v1/vision_board_jobs";
  const [hers, nobodys] = [`${table}?id=eq.${own.id}`, `${table}?id=eq.${unowned.id}`];
  const a = { goals: ["a"] };
  const same = { id: own.id, goals: own.goals };
  const taken = { id: unowned.id, goals: unowned.goals, user_id: ava.id };
  const never = { expires_at: "2100-01-01T00:00:00Z" };
  const merge = { prefer: "resolution=merge-duplicates" };
  const shown = { prefer: "return=representation" };
  const read = "42501 reads nothing reads";
  const readUnowned = "42501 nothing nothing reads";
  const write = "42501 42501 42501 writes";
  const remove = "42501 writes nothing writes";
  const hidden = "PGRST106 PGRST106 PGRST106 PGRST106"; // the schema is exposed to nobody
  const inSchema = (name: string) => ({ "accept-profile": name, "content-profile": name });
  const ours = inSchema("vision_board");
  return operations([
    ["GET own row", `GET ${hers}`, read],
    ["GET unowned row", `GET ${nobodys}`, readUnowned],
    ["GET by email", `GET ${table}?email=eq.${own.email}`, read],
    ["GET unowned rows", `GET ${table}?user_id=is.null`, readUnowned],
    ["GET by a pattern", `GET ${table}?email=like.*&id=eq.${own.id}`, read],
    ["GET with or", `GET ${table}?or=(id.eq.${unowned.id})`, readUnowned],
    ["POST as the owner", `POST ${table}`, write, { ...a, user_id: ava.id }],
    ["POST for nobody", `POST ${table}`, write, a],
    ["POST and read", `POST ${table}`, write, a, shown],
    ["POST over own row", `POST ${table}`, write, same, merge],
    ["POST over unowned row", `POST ${table}`, write, taken, merge],
    ["PATCH own row", `PATCH ${hers}`, write, never],
    ["PATCH unowned row", `PATCH ${nobodys}`, write, { user_id: ava.id }],
    ["PATCH no row", `PATCH ${table}?id=is.null`, "42501 42501 42501 nothing", never],
    ["PUT own row", `PUT ${hers}`, write, same],
    ["DELETE own row", `DELETE ${hers}`, remove],
    ["DELETE unowned row", `DELETE ${nobodys}`, "42501 nothing nothing writes"],
    ["DELETE without a filter", `DELETE ${table}`, remove],
    ["DELETE and read", `DELETE ${hers}`, remove, undefined, shown],
    ["GET requests", "GET /rest/v1/requests", hidden, undefined, ours],
    ["GET unreferenced boards", "GET /rest/v1/unreferenced_boards", hidden, undefined, ours],
    ["call a private function", "POST /rest/v1/rpc/confirmed_account", hidden, {}, ours],
    ["GET storage.objects", "GET /rest/v1/objects", hidden, undefined, inSchema("storage")],
    ["GET auth.users", "GET /rest/v1/users", hidden, undefined, inSchema("auth")],
  ]);
}

/** The SQL functions of a job's life, with arguments that would do something. */
export function sqlFunctions({ ava, own }: Targets): Operation[] {
  const job = { p_job_id: own.id };
  const lease = { ...job, p_lease_token: crypto.randomUUID() };
  const calls: Record<string, unknown> = {
    create_vision_board_job: {
      ...{ p_user_id: ava.id, p_email: null, p_goals: ["a"], p_name: null, p_rank_tag: null },
      ...{ p_theme: "light", p_idempotency_key: null, p_max_active: 99, p_max_daily: 99 },
      p_ttl_days: 1,
    },
    record_vision_board_dispatch: { ...job, p_dispatch: 1, p_message_id: "m" },
    claim_vision_board_job: { ...job, p_lease_seconds: 1, p_max_attempts: 9 },
    complete_vision_board_job: { ...lease, p_image_storage_path: "x", p_image_url: "y" },
    release_vision_board_job: lease,
    fail_vision_board_job: { ...lease, p_error_code: "x", p_error_message: "y" },
    give_up_vision_board_job: { ...job, p_error_code: "gave_up" },
    sweep_vision_board_jobs: { p_silent_after: "15 minutes" },
    vision_board_report: {},
    list_removable_vision_boards: {},
    forget_vision_boards: { p_paths: [] },
  };
  return operations(
    Object.entries(calls).map(([name, body]) => [
      name,
      `POST /rest/v1/rpc/${name}`,
      "42501 42501 42501 allowed",
      body,
    ]),
  );
}

/** Objects, by the Storage API. `none` is a refusal, or an answer with nothing in it; `-` is not tried. */
export function objects({ ava, own, unowned }: Targets): Operation[] {
  const api = "/storage/v1/object";
  const bucket = "vision-boards";
  const boards = `${api}/${bucket}`;
  const [hers, nobodys] = [own.image_storage_path!, unowned.image_storage_path!];
  const read = "none reads none reads";
  const service = "none none none reads";
  const write = "none none none writes";
  const never = "none none none none";
  const others = "none none none -"; // the service role could, and would end the test with it
  const sign = (...paths: string[]) => ({ expiresIn: 60, paths });
  const type = { "content-type": "image/jpeg" };
  const over = { ...type, "x-upsert": "true" };
  const bytes = new Uint8Array(9);
  const to = (sourceKey: string, name: string) => (
    { bucketId: bucket, sourceKey, destinationKey: `${own.id}/${name}.jpg` }
  );
  const open = { id: own.id, name: own.id, public: true };
  return operations([
    ["download own", `GET ${boards}/${hers}`, read],
    ["download unowned", `GET ${boards}/${nobodys}`, service],
    ["describe own", `GET ${api}/info/${bucket}/${hers}`, read],
    ["describe unowned", `GET ${api}/info/${bucket}/${nobodys}`, service],
    ["public URL of own", `GET ${api}/public/${bucket}/${hers}`, never],
    ["public URL of unowned", `GET ${api}/public/${bucket}/${nobodys}`, never],
    ["link without a token", `GET ${api}/sign/${bucket}/${hers}`, never],
    ["sign own", `POST ${api}/sign/${bucket}/${hers}`, read, { expiresIn: 60 }],
    ["sign unowned", `POST ${api}/sign/${bucket}/${nobodys}`, service, { expiresIn: 60 }],
    ["sign both", `POST ${api}/sign/${bucket}`, read, sign(hers, nobodys)],
    ["sign many", `POST ${api}/sign/${bucket}`, service, sign(nobodys)],
    ["upload link", `POST ${api}/upload/sign/${bucket}/${own.id}/2.jpg`, service, {}],
    ["upload link to own", `POST ${api}/upload/sign/${bucket}/${hers}`, others, {}, over],
    ["list own folder", `POST ${api}/list/${bucket}`, read, { prefix: own.id }],
    ["list unowned folder", `POST ${api}/list/${bucket}`, service, { prefix: unowned.id }],
    ["upload to the root", `POST ${boards}/${own.id}.jpg`, write, bytes, type],
    ["upload beside own", `POST ${boards}/${own.id}/3.jpg`, write, bytes, type],
    ["upload to Ava's folder", `POST ${boards}/${ava.id}/${own.id}.jpg`, write, bytes, type],
    ["upload over own", `POST ${boards}/${hers}`, write, bytes, over],
    ["upload over unowned", `POST ${boards}/${nobodys}`, write, bytes, over],
    ["update own", `PUT ${boards}/${hers}`, write, bytes, type],
    ["update unowned", `PUT ${boards}/${nobodys}`, write, bytes, type],
    ["copy own", `POST ${api}/copy`, write, to(hers, "copy")],
    ["copy unowned", `POST ${api}/copy`, write, to(nobodys, "stolen")],
    ["move own", `POST ${api}/move`, write, to(hers, "moved")],
    ["move unowned", `POST ${api}/move`, write, to(nobodys, "taken")],
    ["remove own", `DELETE ${boards}`, write, { prefixes: [hers] }],
    ["remove unowned", `DELETE ${boards}`, write, { prefixes: [nobodys] }],
    ["list buckets", "GET /storage/v1/bucket", service],
    ["see the bucket", `GET /storage/v1/bucket/${bucket}`, service],
    ["open the bucket", `PUT /storage/v1/bucket/${bucket}`, write, { public: true }],
    ["make a public bucket", "POST /storage/v1/bucket", write, open],
    ["empty the bucket", `POST /storage/v1/bucket/${bucket}/empty`, others, {}],
    ["delete the bucket", `DELETE /storage/v1/bucket/${bucket}`, others],
  ]);
}
