import { z } from "zod";
import type { Photo } from "../_board/mod.ts";
import type { PexelsConfig } from "../_shared/config.ts";
import { misconfigured, PictureRefusedError, retryable } from "../_shared/errors.ts";
import { download, isPassing, limitedFetch, requestEach } from "./requests.ts";
import type { PictureDeps, PictureSource } from "./types.ts";

/** Enough for every goal of a board to take another one if all say the same; also Pexels' own default. */
const PHOTOS_PER_SEARCH = 15;
const SEARCHES_AT_ONCE = 4;
/** Bytes. 15 photos are described in about 15 KB. */
const MAX_ANSWER = 512 * 1024;
/** Characters. More words make a search worse, not better. */
const MAX_QUERY = 80;
const IMAGE_HOST = "https://images.pexels.com";

const answer = z.object({
  photos: z.array(z.object({
    id: z.number(),
    photographer: z.string(),
    /** Up to 940 × 650 pixels, and up to 1880 × 1300. */
    src: z.object({ large: z.url(), large2x: z.url() }),
  })),
});
type Found = z.infer<typeof answer>["photos"][number];

/**
 * A photograph from Pexels for each goal, no photograph twice. A board costs one request of the API a
 * goal, of the 200 an hour and 20,000 a month that a key has at first, and one of their image host.
 */
export function pexelsSource(config: PexelsConfig, deps: PictureDeps): PictureSource {
  const call = limitedFetch(deps, MAX_ANSWER);

  const search = async ({ query, locale }: Query, signal: AbortSignal): Promise<Found[] | null> => {
    if (query === "") return null;
    const parameters = new URLSearchParams({
      query,
      orientation: "landscape", // as most tiles are
      per_page: String(PHOTOS_PER_SEARCH),
      ...(locale && { locale }),
    });
    const response = await call(`${config.url}/v1/search?${parameters}`, {
      headers: { Authorization: config.key },
      signal,
    });
    const { status, headers } = response;
    if (status !== 200) await response.body?.cancel().catch(() => {});
    if (status === 401 || status === 403) {
      throw misconfigured("pictures", "PEXELS_API_KEY was refused");
    }
    if (status === 404) throw misconfigured("pictures", "PEXELS_URL is not Pexels' API");
    if (isPassing(status)) throw retryable(status, headers, deps.now());
    if (status !== 200) {
      throw new PictureRefusedError(
        status,
        `PEXELS_URL refused every search with status ${status}`,
      );
    }
    const { data } = answer.safeParse(await response.json());
    if (!data) throw new PictureRefusedError(status, "PEXELS_URL does not answer as Pexels does");
    return data.photos;
  };

  return async (request) => {
    const limits = { atOnce: SEARCHES_AT_ONCE, seconds: deps.timing.call };
    const found = await requestEach(request.goals.map(queryFor), request, limits, search);
    const size = request.goals.length > 2 ? "large" : "large2x"; // then tiles are 992 pixels wide
    const chosen = chooseEach(
      found.map((photos) => photos ?? []),
      (photo) => isAllowed(photo.src[size], config),
    );
    return await requestEach(
      chosen,
      request,
      limits,
      async (photo, signal): Promise<Photo | null> =>
        photo && {
          bytes: await download(new URL(photo.src[size]), deps, signal),
          credit: creditOf(photo.photographer),
        },
    );
  };
}

/** The first of each list that is allowed and that no earlier list took. */
function chooseEach(lists: readonly Found[][], allowed: (photo: Found) => boolean) {
  const taken = new Set<number>();
  return lists.map((photos) => {
    const choice = photos.find((photo) => !taken.has(photo.id) && allowed(photo)) ?? null;
    if (choice) taken.add(choice.id);
    return choice;
  });
}

/** Their image host, or where the API itself is: an answer must not send us to any other. */
function isAllowed(src: string, config: PexelsConfig): boolean {
  const { origin, username, password } = new URL(src);
  return username === "" && password === "" &&
    (origin === IMAGE_HOST || origin === new URL(config.url).origin);
}

/** As Pexels asks for it. https://help.pexels.com/hc/en-us/articles/900006470063 */
function creditOf(photographer: string): string {
  const name = [...photographer.replace(/[\p{C}\p{Z}]+/gu, " ").trim()].slice(0, 60).join("");
  return name ? `${name} / Pexels` : "Pexels";
}

/** What is searched for, and in which language if the script tells it. */
export interface Query {
  /** Empty if the goal has no words. */
  readonly query: string;
  readonly locale: string | null;
}

/** Pexels' locales that a script gives away: https://www.pexels.com/api/documentation/#photos-search */
const LOCALES: readonly (readonly [script: RegExp, locale: string])[] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/u, "ja-JP"],
  [/\p{sc=Hangul}/u, "ko-KR"],
  [/\p{sc=Han}/u, "zh-CN"],
  [/\p{sc=Thai}/u, "th-TH"],
  [/\p{sc=Greek}/u, "el-GR"],
  [/[іїєґ]/iu, "uk-UA"],
  [/\p{sc=Cyrillic}/u, "ru-RU"],
  [/[ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/iu, "vi-VN"],
];

/** A goal as a search: its letters and digits, up to the last whole word that fits. */
export function queryFor(goal: string): Query {
  const words = goal.normalize("NFKC").replace(/['’]|\p{Variation_Selector}/gu, "").replace(
    /[^\p{L}\p{M}\p{N}]+/gu,
    " ",
  )
    .trim();
  const cut = words.length > MAX_QUERY
    ? words.slice(0, MAX_QUERY + 1).replace(/\s\S*$/, "")
    : words;
  return {
    query: cut.slice(0, MAX_QUERY).toWellFormed().trim(),
    locale: LOCALES.find(([script]) => script.test(words))?.[1] ?? null,
  };
}
