import { assert, assertEquals } from "@std/assert";
import { queryFor } from "../../supabase/functions/_pictures/pexels.ts";
import type { PexelsConfig } from "../../supabase/functions/_shared/config.ts";
import { badAnswers } from "../support/fake_server.ts";
import { ask, countRunning, jpeg, KEY, misconfigured, test, useApi } from "./ask_source.ts";

/** A photo as Pexels describes it; the pictures are at the API's own origin here. */
const photo = (id: number, more: Record<string, unknown> = {}) => ({
  id,
  width: 4000,
  height: 3000,
  photographer: `Jane ${id}`,
  src: {
    original: `${api.url}/photos/${id}.jpeg`,
    large: `${api.url}/photos/${id}.jpeg?w=940`,
    large2x: `${api.url}/photos/${id}.jpeg?w=940&dpr=2`,
  },
  ...more,
});
const photos = (...list: unknown[]) => Response.json({ page: 1, per_page: 15, photos: list });
const api = useApi((request) =>
  new URL(request.url).pathname === "/v1/search"
    ? photos(photo(1), photo(2), photo(3))
    : new Response(jpeg(940, 650))
);
const stock: PexelsConfig = { source: "stock", key: KEY, url: api.url };
const goals = ["Learn to swim", "Sleep more", "Run a marathon"];
const searches = () => api.requests.filter(({ path }) => path.startsWith("/v1/search"));
const downloads = () => api.requests.filter(({ path }) => path.startsWith("/photos/"));
/** Answers the search, or the picture, and the other as usual. */
const only = (part: string, answer: () => Response | Promise<Response>) => (request: Request) =>
  request.url.includes(part) ? answer() : undefined;

test("each goal gets a photograph of its own, and its photographer is named", async () => {
  const asked = await ask(stock, { goals });
  assertEquals(asked.failure, null);
  const bytes = jpeg(940, 650);
  assertEquals(asked.photos, [1, 2, 3].map((id) => ({ bytes, credit: `Jane ${id} / Pexels` })));
  const [search] = searches() as [typeof api.requests[0]];
  const { searchParams } = new URL(search.path, api.url);
  assertEquals(Object.fromEntries(searchParams), {
    query: "Learn to swim",
    orientation: "landscape",
    per_page: "15",
  });
  assertEquals(search.headers.get("authorization"), KEY);
  const sent = downloads().map(({ headers }) => headers.get("authorization"));
  assertEquals(sent, [null, null, null], "the key goes to the API alone");
});

test("the fewer goals, the larger the photographs", async () => {
  await ask(stock, { goals });
  await ask(stock, { goals: goals.slice(0, 2) });
  const large = downloads().map(({ path }) => path.includes("dpr=2"));
  assertEquals(large, [false, false, false, true, true]);
});

test("a goal without words or without a photograph of its own is illustrated", async () => {
  api.answer = (request) => request.url.includes("Sleep") ? photos() : undefined;
  const asked = await ask(stock, { goals: [...goals, "🏄‍♀️ !!!"] });
  assertEquals(asked.photos.map((found) => found?.credit ?? null), [
    "Jane 1 / Pexels",
    null,
    "Jane 2 / Pexels",
    null,
  ]);
  assertEquals(searches().length, 3);

  api.answer = only("/v1/search", () => photos(photo(1)));
  const found = (await ask(stock, { goals })).photos.map((found) => found !== null);
  assertEquals(found, [true, false, false], "no photograph twice");
});

test("four requests run at the same time", async () => {
  const busy = countRunning(() => photos(photo(1)));
  api.answer = only("/v1/search", busy.answer);
  await ask(stock, { goals: new Array(12).fill("Learn to swim") });
  assertEquals(busy.most(), 4);
});

test("a goal becomes a plain search in the language of its script", () => {
  const cases: [goal: string, query: string, locale: string | null][] = [
    ["Run a marathon", "Run a marathon", null],
    ["  Don't worry!\n\tBe happy :-) 🎉", "Dont worry Be happy", null],
    ["&page=2&query=x#?", "page 2 query x", null],
    ["マラソンを走る", "マラソンを走る", "ja-JP"],
    ["학위를 따다", "학위를 따다", "ko-KR"],
    ["跑马拉松", "跑马拉松", "zh-CN"],
    ["วิ่งมาราธอน", "วิ่งมาราธอน", "th-TH"],
    ["Να μάθω κολύμπι", "Να μάθω κολύμπι", "el-GR"],
    ["Пробежать марафон", "Пробежать марафон", "ru-RU"],
    ["Вивчити їзду верхи", "Вивчити їзду верхи", "uk-UA"],
    ["Học bơi lội mỗi ngày", "Học bơi lội mỗi ngày", "vi-VN"],
    ["Apprendre à nager", "Apprendre à nager", null],
    ["تعلم السباحة", "تعلم السباحة", null],
    [`${"word ".repeat(30)}`, "word ".repeat(16).trim(), null],
    ["x".repeat(200), "x".repeat(80), null],
    ["🎉🎉", "", null],
  ];
  for (const [goal, query, locale] of cases) {
    assertEquals(queryFor(goal), { query: query.normalize("NFKC"), locale });
  }
});

test("an error that may pass fails the attempt, in the search and in the download", async () => {
  const cases: [string, () => Response | Promise<Response>, string][] = [
    [
      "429",
      () => new Response("", { status: 429, headers: { "retry-after": "21" } }),
      "later: 21 s",
    ],
    ["500", () => new Response("", { status: 500 }), "later"],
    ["HTML", badAnswers["200 with HTML"]!, "later"],
    ["nothing", badAnswers["200 with nothing"]!, "later"],
    ["breaks off", badAnswers["an answer that breaks off"]!, "later"],
    ["never ends", badAnswers["an answer that never ends"]!, "later"],
    ["too slow", () => new Promise(() => {}), "later"],
  ];
  for (const part of ["/v1/search", "/photos/"]) {
    for (const [what, answer, expected] of cases) {
      api.answer = only(part, answer);
      assertEquals([part, what, (await ask(stock, {}, 0.1)).failure], [part, what, expected]);
      const last = await ask(stock, { last: true }, 0.1);
      assertEquals([part, what, last.photos], [part, what, [null]]);
    }
  }
  assertEquals((await ask({ ...stock, url: "http://127.0.0.1:1" })).failure, "later");
});

test("what Pexels' API answers to no search is misconfigured, if every search gets it", async () => {
  const odd: [Response, problem: string][] = [
    ...[{ photos: [{ id: 1 }] }, { photos: {} }, {}, [], 7].map((answer): [Response, string] => [
      Response.json(answer),
      "PEXELS_URL does not answer as Pexels does",
    ]),
    [new Response("", { status: 422 }), "PEXELS_URL refused every search with status 422"],
  ];
  for (const [answer, problem] of odd) {
    api.answer = only("/v1/search", () => answer.clone());
    assertEquals((await ask(stock, { goals })).failure, misconfigured(problem));
    api.answer = (request) => request.url.includes("Sleep") ? answer.clone() : undefined;
    const found = (await ask(stock, { goals })).photos.map((photo) => photo !== null);
    assertEquals(found, [true, false, true]);
  }
});

test("a key that is refused is permanent, and the message names the variable", async () => {
  for (const status of [401, 403]) {
    api.answer = only("/v1/search", () => new Response(KEY, { status }));
    for (const last of [false, true]) {
      assertEquals(
        (await ask(stock, { last })).failure,
        misconfigured("PEXELS_API_KEY was refused"),
      );
    }
  }
});

test("a goal whose search Pexels refuses is illustrated", async () => {
  api.answer = (request) =>
    request.url.includes("Sleep") ? new Response("", { status: 400 }) : undefined;
  const found = (await ask(stock, { goals })).photos.map((photo) => photo !== null);
  assertEquals(found, [true, false, true]);
});

test("a picture on another host than Pexels' is not fetched, and the next one is taken", async () => {
  const elsewhere = [
    "https://images.pexels.com.evil.example/1.jpeg",
    "https://evil.example/images.pexels.com/1.jpeg",
    "https://images.pexels.com@evil.example/1.jpeg",
    "https://user:pass@images.pexels.com/1.jpeg",
    "https://images.pexels.com:8443/1.jpeg",
    "http://images.pexels.com/1.jpeg",
    "http://169.254.169.254/latest/meta-data",
    "http://localhost:54321/rest/v1/",
    "file:///etc/passwd",
    "data:image/jpeg;base64,/9j/",
    "http://127.0.0.1:1/1.jpeg",
  ];
  const reached: string[] = [];
  const watched: typeof fetch = (input, init) => {
    reached.push(new URL(String(input)).origin);
    return fetch(input, init);
  };
  for (const src of elsewhere) {
    api.answer = only(
      "/v1/search",
      () => photos(photo(1, { src: { large: src, large2x: src } }), photo(2)),
    );
    const asked = await ask(stock, {}, 1, watched);
    assertEquals(asked.photos.map((found) => found?.credit), ["Jane 2 / Pexels"], src);
  }
  assertEquals(new Set(reached), new Set([api.url]));
});

test("a picture on Pexels' image host is fetched", async () => {
  const src = "https://images.pexels.com/photos/1/pexels-photo-1.jpeg?auto=compress&h=650&w=940";
  api.answer = only("/v1/search", () => photos(photo(1, { src: { large: src, large2x: src } })));
  const reached: string[] = [];
  const answered: typeof fetch = (input, init) => {
    if (new URL(String(input)).origin === api.url) return fetch(input, init);
    reached.push(String(input));
    return Promise.resolve(new Response(jpeg()));
  };
  assertEquals((await ask(stock, {}, 1, answered)).photos[0]?.credit, "Jane 1 / Pexels");
  assertEquals(reached, [src]);
});

test("no redirect is followed, of the search or of a picture", async () => {
  const away = () => Response.redirect(`${api.url}/elsewhere`, 302);
  api.answer = only("/photos/", away);
  assertEquals((await ask(stock)).photos, [null]);
  api.answer = only("/v1/search", away);
  assertEquals((await ask(stock)).failure, "later");
  assert(!api.requests.some(({ path }) => path === "/elsewhere"));
});

test("a goal whose picture is gone or has too many pixels is illustrated", async () => {
  const answers = [new Response("gone", { status: 404 }), new Response(jpeg(30_000, 30_000))];
  for (const answer of answers) {
    api.answer = only("/photos/", () => answer);
    assertEquals((await ask(stock)).photos, [null]);
  }
});

test("a picture with too many bytes is not read to its end", async () => {
  let sent = 0;
  api.answer = only("/photos/", () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          controller.enqueue(sent === 0 ? jpeg() : new Uint8Array(1024 * 1024));
          sent++;
        },
      }),
    ));
  assertEquals((await ask(stock, {}, 5)).photos, [null]);
  assert(sent < 40, `${sent} MB`);
});

test("a photographer's name is one short line", async () => {
  const names: [string, string][] = [
    ["Zoë\u0000\u202e\n  O'Hara", "Zoë O'Hara / Pexels"],
    ["x".repeat(500), `${"x".repeat(60)} / Pexels`],
    [" ", "Pexels"],
  ];
  for (const [photographer, credit] of names) {
    api.answer = only("/v1/search", () => photos(photo(1, { photographer })));
    assertEquals((await ask(stock)).photos[0]?.credit, credit);
  }
});
