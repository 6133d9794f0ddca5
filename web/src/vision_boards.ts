/**
 * Vision boards for a frontend: create one, watch it being made, list, show and delete one's own.
 *
 * Copy this file and `supabase/functions/_shared/database.types.ts`; all else that it needs is
 * supabase-js. It knows no framework, keeps no state between calls, and runs in browsers, Deno and
 * Node. Reads are direct, `from("vision_board_jobs").select()`: row-level
 * security shows each person their own rows and nobody else's.
 *
 * ```ts
 * const key = crypto.randomUUID(); // once for each board that a person wants, kept until the answer
 * const { id } = await createBoard(supabase, { goals: ["Run a marathon"] }, key);
 * const stop = watchBoard(supabase, id, (board) => show(board?.status, board?.image_url));
 * ```
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";

export type Client = SupabaseClient<Database>;
type Row = Database["public"]["Tables"]["vision_board_jobs"]["Row"];

/** What people see of a row; the rest is for operators. Times are ISO 8601. */
const OUTCOME = "image_url,image_storage_path,error_code,error_message,finished_at,expires_at";
const COLUMNS = `id,created_at,status,goals,name,rank_tag,theme,${OUTCOME}` as const;
const BUCKET = "vision-boards";

/** A board of the person who is signed in. */
export interface Board extends
  Pick<
    Row,
    | "id"
    | "created_at"
    | "name"
    | "rank_tag"
    | "image_url"
    | "image_storage_path"
    | "error_code"
    | "error_message"
    | "finished_at"
    | "expires_at"
  > {
  /** `pending` and `processing` may alternate; `complete` and `failed` never change again. */
  status: "pending" | "processing" | "complete" | "failed";
  goals: string[];
  theme: "light" | "dark";
}

/** Whether a board is still being made. */
export const isRunning = ({ status }: Pick<Board, "status">): boolean =>
  status === "pending" || status === "processing";

/** What a board is asked for with. Characters are code points, after trimming: `[...text.trim()].length`. */
export interface BoardRequest {
  /** 1 to 12, each 1 to 200 characters. */
  goals: string[];
  /** Up to 80 characters. */
  name?: string;
  /** Up to 40 characters. */
  rank_tag?: string;
  theme?: "light" | "dark";
}

/** Why a call failed. `message` is English, for people, and carries nothing private. */
export class BoardError extends Error {
  override name = "BoardError";
  /**
   * The contract's code (`unauthorized`, `daily_limit_reached`, …); else PostgREST's or Storage's.
   * `no_answer`: the network failed, or it took longer than 20 s; whether it happened is unknown.
   */
  readonly code: string;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Seconds after which it may be tried again, where the server said so. */
  readonly retryAfter: number | null;
  /** What is wrong with a request, by field: `goals.3`. */
  readonly issues: { path: string; message: string }[];

  constructor(
    code: string,
    message: string,
    status = 0,
    retryAfter: number | null = null,
    issues: { path: string; message: string }[] = [],
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.issues = issues;
  }

  /** Whether the board may have been made all the same: then try again with the same key only. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/**
 * Asks for a board. It is durable when this resolves, and most are drawn a second later.
 *
 * @param key 1 to 255 visible ASCII characters that name this wish, such as a UUID. Make it once, when
 * the person asks, and keep it (over a reload, too) until this resolves: the same key and request again
 * give the same board, so that a double click or a retry never makes two. Another request needs
 * another key.
 * @throws {BoardError} the contract's codes; `no_answer`. If it `isUncertain`, call again, same key
 */
export async function createBoard(
  client: Client,
  request: BoardRequest,
  key: string,
): Promise<{ id: string; created_at: string; expires_at: string | null }> {
  const { data, error } = await client.functions.invoke("create-job", {
    body: { ...request, idempotency_key: key },
    timeout: 20_000,
  });
  if (!error) return data;
  if (!(error.context instanceof Response)) throw noAnswer();
  const { status, headers } = error.context;
  const said = await error.context.json().catch(() => ({}));
  throw new BoardError(
    said.code ?? "unexpected_answer",
    said.message ?? "The answer was not understood.",
    status,
    Number(headers.get("retry-after")) || null,
    said.issues,
  );
}

/** Where the next page of a list begins. */
export type Cursor = Pick<Board, "created_at" | "id">;

/**
 * One's own boards, newest first.
 * @param after the last page's `next`; left out, the newest boards
 * @returns a page, and where the next one begins: `null` on the last
 * @throws {BoardError}
 */
export async function listBoards(
  client: Client,
  { after, size = 12 }: { after?: Cursor | null; size?: number } = {},
): Promise<{ boards: Board[]; next: Cursor | null }> {
  let query = client.from("vision_board_jobs").select(COLUMNS)
    .order("created_at", { ascending: false }).order("id", { ascending: false });
  if (after) {
    // by place, not by number: boards that are made or deleted meanwhile shift nothing. `lte` begins at that
    // place of the index; an `or` alone reads all newer boards first (20 ms for 10,000)
    const { created_at: at, id } = after;
    query = query.lte("created_at", at).or(`created_at.lt."${at}",id.lt.${id}`);
  }
  const { data, error, status } = await query.limit(size + 1)
    .overrideTypes<Board[], { merge: false }>();
  if (error) throw refused(error, status);
  const boards = data.slice(0, size);
  return { boards, next: data.length > size ? boards.at(-1) ?? null : null };
}

/**
 * One board as it is now, or `null`: deleted, expired, or not this person's.
 * @throws {BoardError} also where nobody is signed in
 */
export async function readBoard(client: Client, id: string): Promise<Board | null> {
  const { data, error, status } = await client.from("vision_board_jobs").select(COLUMNS)
    .eq("id", id).retry(false).abortSignal(AbortSignal.timeout(10_000)).maybeSingle()
    .overrideTypes<Board, { merge: false }>();
  if (error) throw refused(error, status);
  return data;
}

/**
 * Deletes a board and its picture, for good. The day's quota is not given back.
 * @throws {BoardError}
 */
export async function deleteBoard(client: Client, id: string): Promise<void> {
  const { error, status } = await client.from("vision_board_jobs").delete().eq("id", id)
    .abortSignal(AbortSignal.timeout(10_000));
  if (error) throw refused(error, status);
}

/**
 * A fresh signed link to a board's picture. `image_url` is one already, valid until `expires_at`; this
 * is for where it does not work (the project's address or its signing key changed).
 * @param seconds how long it is valid
 * @throws {BoardError}
 */
export async function signPicture(client: Client, path: string, seconds = 3600): Promise<string> {
  const { data, error } = await client.storage.from(BUCKET).createSignedUrl(path, seconds);
  if (error) throw new BoardError("no_picture", error.message);
  return data.signedUrl;
}

/** Milliseconds between two looks: at first, the factor for each further one, and at most. */
const LOOKS = { first: 400, growth: 1.3, most: 5_000, offline: 15_000, realtime: 30_000 };
/** How long a subscription is not relied on: servers may say that they listen before they do. */
const SETTLING_MS = 15_000;

/**
 * Watches a board until it has ended: by polling, every 0.4 s at first and every 5 s in the end, and by
 * Realtime where the project has it; after 15 s of that, polling is every 30 s. Rests in hidden tabs; looks
 * at once when the tab is seen again, the network is back, or the machine woke up. A look that fails is
 * taken again.
 *
 * @param onChange called with the board at first and whenever it changed; with `null`, once, if it is
 * gone. After `complete`, `failed` or `null` comes no further call
 * @param onTrouble called with each look that failed, and with `null` when one succeeds again
 * @returns stops watching
 */
export function watchBoard(
  client: Client,
  id: string,
  onChange: (board: Board | null) => void,
  onTrouble: (error: BoardError | null) => void = () => {},
): () => void {
  const { document, navigator } = globalThis as unknown as Surroundings;
  let stopped = false, reliableFrom = Infinity, due = false, wake = () => {};
  const lookNow = () => {
    if (document?.hidden) return;
    due = true; // also while a look is under way: what it brings may be older than the news
    wake();
  };
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = ms < Infinity ? setTimeout(resolve, ms) : undefined;
      wake = () => (clearTimeout(timer), resolve());
    });

  const leave = joinRealtime(client, id, (state) => {
    if (state === "on") reliableFrom = Date.now() + SETTLING_MS;
    if (state === "off") reliableFrom = Infinity;
    else lookNow();
  });
  const events = ["online", "pageshow", "focus"] as const;
  events.forEach((event) => globalThis.addEventListener?.(event, lookNow));
  document?.addEventListener("visibilitychange", lookNow);
  const stop = () => {
    stopped = true;
    leave();
    events.forEach((event) => globalThis.removeEventListener?.(event, lookNow));
    document?.removeEventListener("visibilitychange", lookNow);
    wake();
  };

  void (async () => {
    let seen = "", wait = LOOKS.first, troubled = false;
    while (!stopped) {
      if (document?.hidden) {
        await rest(Infinity);
        wait = LOOKS.first;
        continue;
      }
      due = false;
      const { board, error } = await readBoard(client, id).then(
        (board) => ({ board, error: null }),
        (error: BoardError) => ({ board: null, error }),
      );
      if (stopped) return;
      if (error || troubled) call(() => onTrouble(error));
      troubled = error !== null;
      if (!error && !stopped) {
        if (!board || !isRunning(board)) stop();
        const now = JSON.stringify(board);
        if (now !== seen) call(() => onChange(board));
        seen = now;
      }
      if (stopped) return;
      const offline = navigator?.onLine === false;
      const relies = !troubled && Date.now() >= reliableFrom;
      if (!due) await rest(offline ? LOOKS.offline : relies ? LOOKS.realtime : wait);
      wait = Math.min(wait * LOOKS.growth, LOOKS.most);
    }
  })();
  return stop;
}

/** What the caller's own code throws is not a look that failed: it surfaces, and the watch goes on. */
function call(back: () => void): void {
  try {
    back();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** What browsers have, and other runtimes may not. */
interface Surroundings {
  document?: EventTarget & { hidden: boolean };
  navigator?: { onLine?: boolean };
}

/** Clients whose server has no Realtime: asked once, not for every board. */
const withoutRealtime = new WeakSet<Client>();

/**
 * Follows a row's changes. `on`: subscribed; `changed`: look; `off`: do not rely on it.
 * @returns stops following
 */
function joinRealtime(
  client: Client,
  id: string,
  tell: (state: "on" | "changed" | "off") => void,
): () => void {
  if (withoutRealtime.has(client)) return () => {};
  const filter = {
    event: "*",
    schema: "public",
    table: "vision_board_jobs",
    filter: `id=eq.${id}`,
  };
  let joined = false, left = false;
  // "SUBSCRIBED" once rows are listened to; an option that supabase-js types from 2.113 on
  const config: object = { postgres_changes_options: { wait: true } };
  const channel = client.channel(`vision-board-${id}-${Math.random()}`, { config })
    .on("postgres_changes", filter as { event: "*"; schema: string }, () => tell("changed"))
    .subscribe((status) => {
      if (left) return;
      if (status === "SUBSCRIBED") joined = true;
      else if (!joined) {
        // never got through: without this, the library would knock for as long as the page is open
        withoutRealtime.add(client);
        leave();
      }
      tell(status === "SUBSCRIBED" ? "on" : "off");
    });
  const leave = () => {
    if (left) return;
    left = true; // first: removing calls back
    void client.removeChannel(channel);
  };
  return leave;
}

const noAnswer = () => new BoardError("no_answer", "No answer came. Are you online?");

function refused(error: { code?: string; message: string }, status: number): BoardError {
  if (status === 0) return noAnswer();
  return new BoardError(error.code || "unexpected_answer", error.message, status);
}
