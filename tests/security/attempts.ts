/** The rights table's rows: what can be tried on rows, the lifecycle and objects, over HTTP. */
import type { Person, Row } from "../support/test_stack.ts";
import type { Headers } from "./forgeries.ts";

/** What is there to be had: a complete board of Ava's, and one that nobody owns yet. */
export interface Scene {
  ava: Person;
  ben: Person;
  own: Row;
  unowned: Row;
}

/** One thing to try, and what each genuine caller is to get by it. */
export interface Attempt {
  what: string;
  method: string;
  path: string;
  body?: unknown;
  headers?: Headers;
  /** The word for anon, owner, another user and the service role; `-`: not tried. */
  expected: string;
}

/** The attempts on rows, the lifecycle or objects. */
export type Surface = (scene: Scene) => Attempt[];

/** One line of the grid: what, the request, the words expected, the body, more headers. */
type Line = [string, string, string, unknown?, Headers?];
const attemptsOf = (lines: Line[]): Attempt[] =>
  lines.map(([what, request, expected, body, headers]) => {
    const [method, path] = request.split(" ") as [string, string];
    return { what, method, path, expected, body, headers };
  });

/** Rows, by the REST API. `nothing`: 200, and no row; otherwise the code of the error. */
export function rowAttempts({ ava, own, unowned }: Scene): Attempt[] {
  const rows = "/rest/v1/vision_board_jobs";
  const [hers, nobodys] = [`${rows}?id=eq.${own.id}`, `${rows}?id=eq.${unowned.id}`];
  const mine = { user_id: ava.id, goals: ["a"] };
  const same = { id: own.id, goals: own.goals };
  const taken = { id: unowned.id, goals: unowned.goals, user_id: ava.id };
  const kept = { expires_at: "2100-01-01T00:00:00Z" };
  const merge = { prefer: "resolution=merge-duplicates" };
  const shown = { prefer: "return=representation" };
  const write = "42501 42501 42501 writes";
  const hidden = "PGRST106 PGRST106 PGRST106 PGRST106"; // the schema is not exposed, to nobody
  const schema = (name: string) => ({ "accept-profile": name, "content-profile": name });
  const backend = schema("vision_board");
  return attemptsOf([
    ["GET own row", `GET ${hers}`, "42501 reads nothing reads"],
    ["GET unowned row", `GET ${nobodys}`, "42501 nothing nothing reads"],
    ["GET by email", `GET ${rows}?email=eq.${own.email}`, "42501 reads nothing reads"],
    ["GET unowned rows", `GET ${rows}?user_id=is.null`, "42501 nothing nothing reads"],
    ["GET by a pattern", `GET ${rows}?email=like.*&id=eq.${own.id}`, "42501 reads nothing reads"],
    ["GET with or", `GET ${rows}?or=(id.eq.${unowned.id})`, "42501 nothing nothing reads"],
    ["POST as the owner", `POST ${rows}`, write, mine],
    ["POST for nobody", `POST ${rows}`, write, { goals: ["a"] }],
    ["POST and read", `POST ${rows}`, write, { goals: ["a"] }, shown],
    ["POST over own row", `POST ${rows}`, write, same, merge],
    ["POST over unowned row", `POST ${rows}`, write, taken, merge],
    ["PATCH own row", `PATCH ${hers}`, write, kept],
    ["PATCH unowned row", `PATCH ${nobodys}`, write, { user_id: ava.id }],
    ["PATCH nothing", `PATCH ${rows}?id=is.null`, "42501 42501 42501 nothing", kept],
    ["PUT own row", `PUT ${hers}`, write, same],
    ["DELETE own row", `DELETE ${hers}`, "42501 writes nothing writes"],
    ["DELETE unowned row", `DELETE ${nobodys}`, "42501 nothing nothing writes"],
    ["DELETE without a filter", `DELETE ${rows}`, "42501 writes nothing writes"],
    ["DELETE and read", `DELETE ${hers}`, "42501 writes nothing writes", undefined, shown],
    ["GET vision_board.requests", "GET /rest/v1/requests", hidden, undefined, backend],
    ["GET vision_board.unreferenced_boards", "GET /rest/v1/objects", hidden, undefined, backend],
    ["rpc vision_board", "POST /rest/v1/rpc/confirmed_account", hidden, { address: "a" }, backend],
    ["GET storage.objects", "GET /rest/v1/objects", hidden, undefined, schema("storage")],
    ["GET auth.users", "GET /rest/v1/users", hidden, undefined, schema("auth")],
  ]);
}

/** The lifecycle functions, with arguments that would do something. */
export function lifecycle({ ava, own }: Scene): Record<string, Record<string, unknown>> {
  const leased = { p_job_id: own.id, p_lease_token: crypto.randomUUID() };
  const failure = { p_error_code: "x", p_error_message: "y" };
  return {
    create_vision_board_job: {
      ...{ p_user_id: ava.id, p_email: null, p_goals: ["a"], p_name: null, p_rank_tag: null },
      ...{ p_theme: "light", p_idempotency_key: null, p_max_active: 99, p_max_daily: 99 },
      p_ttl_days: 1,
    },
    record_vision_board_dispatch: { p_job_id: own.id, p_dispatch: 1, p_message_id: "m" },
    claim_vision_board_job: { p_job_id: own.id, p_lease_seconds: 1 },
    complete_vision_board_job: { ...leased, p_image_storage_path: "x", p_image_url: "y" },
    release_vision_board_job: leased,
    fail_vision_board_job: { ...leased, ...failure },
    give_up_vision_board_job: { p_job_id: own.id, ...failure },
    sweep_vision_board_jobs: {},
    list_removable_vision_boards: {},
    forget_vision_boards: { p_paths: [] },
  };
}

export const lifecycleAttempts = (scene: Scene): Attempt[] =>
  Object.entries(lifecycle(scene)).map(([name, body]) => ({
    what: `rpc ${name}`,
    method: "POST",
    path: `/rest/v1/rpc/${name}`,
    body,
    expected: "42501 42501 42501 allowed",
  }));

/** Objects, by the Storage API. `none`: refused, or answered with nothing in it. */
export function objectAttempts({ ava, own, unowned }: Scene): Attempt[] {
  const object = "/storage/v1/object";
  const at = `${object}/vision-boards`;
  const [hers, nobodys] = [own.image_storage_path!, unowned.image_storage_path!];
  const [read, readByNobody] = ["none reads none reads", "none none none reads"];
  const [write, never] = ["none none none writes", "none none none none"];
  const tried = "none none none -"; // what the service role could do, and would end the test with
  const seconds = { expiresIn: 60 };
  const type = { "content-type": "image/jpeg" };
  const over = { ...type, "x-upsert": "true" };
  const bytes = new Uint8Array(9);
  const to = (sourceKey: string, destinationKey: string) => (
    { bucketId: "vision-boards", sourceKey, destinationKey }
  );
  const open = { id: own.id, name: own.id, public: true };
  return attemptsOf([
    ["download own", `GET ${at}/${hers}`, read],
    ["download unowned", `GET ${at}/${nobodys}`, readByNobody],
    ["describe own", `GET ${object}/info/vision-boards/${hers}`, read],
    ["describe unowned", `GET ${object}/info/vision-boards/${nobodys}`, readByNobody],
    ["public URL of own", `GET ${object}/public/vision-boards/${hers}`, never],
    ["public URL of unowned", `GET ${object}/public/vision-boards/${nobodys}`, never],
    ["link without a token", `GET ${object}/sign/vision-boards/${hers}`, never],
    ["sign own", `POST ${object}/sign/vision-boards/${hers}`, read, seconds],
    ["sign unowned", `POST ${object}/sign/vision-boards/${nobodys}`, readByNobody, seconds],
    ["sign both", `POST ${object}/sign/vision-boards`, read, {
      ...seconds,
      paths: [hers, nobodys],
    }],
    ["sign many", `POST ${object}/sign/vision-boards`, readByNobody, {
      ...seconds,
      paths: [nobodys],
    }],
    ["upload link", `POST ${object}/upload/sign/vision-boards/${own.id}/2.jpg`, readByNobody, {}],
    ["upload link to own", `POST ${object}/upload/sign/vision-boards/${hers}`, tried, {}, over],
    ["list own folder", `POST ${object}/list/vision-boards`, read, { prefix: own.id }],
    ["list unowned folder", `POST ${object}/list/vision-boards`, readByNobody, {
      prefix: unowned.id,
    }],
    ["upload to the root", `POST ${at}/${own.id}.jpg`, write, bytes, type],
    ["upload beside own", `POST ${at}/${own.id}/3.jpg`, write, bytes, type],
    ["upload to the user's folder", `POST ${at}/${ava.id}/${own.id}.jpg`, write, bytes, type],
    ["upload over own", `POST ${at}/${hers}`, write, bytes, over],
    ["upload over unowned", `POST ${at}/${nobodys}`, write, bytes, over],
    ["update own", `PUT ${at}/${hers}`, write, bytes, type],
    ["update unowned", `PUT ${at}/${nobodys}`, write, bytes, type],
    ["copy own", `POST ${object}/copy`, write, to(hers, `${own.id}/copy.jpg`)],
    ["copy unowned", `POST ${object}/copy`, write, to(nobodys, `${own.id}/stolen.jpg`)],
    ["move own", `POST ${object}/move`, write, to(hers, `${own.id}/moved.jpg`)],
    ["move unowned", `POST ${object}/move`, write, to(nobodys, `${own.id}/taken.jpg`)],
    ["remove own", `DELETE ${at}`, write, { prefixes: [hers] }],
    ["remove unowned", `DELETE ${at}`, write, { prefixes: [nobodys] }],
    ["list buckets", "GET /storage/v1/bucket", readByNobody],
    ["see the bucket", "GET /storage/v1/bucket/vision-boards", readByNobody],
    ["open the bucket", "PUT /storage/v1/bucket/vision-boards", write, { public: true }],
    ["make a public bucket", "POST /storage/v1/bucket", write, open],
    ["empty the bucket", "POST /storage/v1/bucket/vision-boards/empty", tried, {}],
    ["delete the bucket", "DELETE /storage/v1/bucket/vision-boards", tried],
  ]);
}
