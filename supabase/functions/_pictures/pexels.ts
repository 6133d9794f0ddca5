import { z } from "zod";
import type { Photo } from "../_board/mod.ts";
import type { PicturesConfig } from "./config.ts";
import { bounded, download } from "./download.ts";
import { each } from "./each.ts";
import { later, misconfigured, Refused } from "./failures.ts";
import { type Query, queryFor } from "./query.ts";
import type { Outside, PictureSource } from "./source.ts";

type Config = Extract<PicturesConfig, { source: "stock" }>;

/** Enough for every goal of a board to take another one if all say the same; also Pexels' own default. */
const CHOICE = 15;
const AT_ONCE = 4;
/** 15 photos are described in about 15 KB. */
const MOST_ANSWER = 512 * 1024;
const IMAGES = "https://images.pexels.com";

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
export function stockSource(config: Config, outside: Outside): PictureSource {
  const call = bounded(outside, MOST_ANSWER);

  const search = async ({ query, locale }: Query, signal: AbortSignal): Promise<Found[] | null> => {
    if (query === "") return null;
    const parameters = new URLSearchParams({
      query,
      orientation: "landscape", // as most tiles are
      per_page: String(CHOICE),
      ...(locale && { locale }),
    });
    const response = await call(`${config.url}/v1/search?${parameters}`, {
      headers: { Authorization: config.key },
      signal,
    });
    const { status, headers } = response;
    if (status !== 200) await response.body?.cancel().catch(() => {});
    if (status === 401 || status === 403) throw misconfigured("PEXELS_API_KEY was refused");
    if (status === 404) throw misconfigured("PEXELS_URL is not Pexels' API");
    if (status === 408 || status === 429 || status >= 500) {
      throw later(status, headers, outside.now());
    }
    if (status !== 200) throw new Refused(status);
    return answer.parse(await response.json()).photos;
  };

  return async (request) => {
    const limits = { atOnce: AT_ONCE, seconds: outside.timing.call };
    const found = await each(request.goals.map(queryFor), request, limits, search);
    const size = request.goals.length > 2 ? "large" : "large2x"; // then tiles are 992 pixels wide
    const chosen = chooseEach(
      found.map((photos) => photos ?? []),
      (photo) => isAllowed(photo.src[size], config),
    );
    return await each(
      chosen,
      request,
      limits,
      async (photo, signal): Promise<Photo | null> =>
        photo && {
          bytes: await download(new URL(photo.src[size]), outside, signal),
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
function isAllowed(src: string, config: Config): boolean {
  const { origin, username, password } = new URL(src);
  return username === "" && password === "" &&
    (origin === IMAGES || origin === new URL(config.url).origin);
}

/** As Pexels asks for it. https://help.pexels.com/hc/en-us/articles/900006470063 */
function creditOf(photographer: string): string {
  const name = [...photographer.replace(/[\p{C}\p{Z}]+/gu, " ").trim()].slice(0, 60).join("");
  return name ? `${name} / Pexels` : "Pexels";
}
