/** Random requests to create-job, most of them almost valid, for request_fuzz_test.ts. */
import fc from "fast-check";
import { gzipSync } from "node:zlib";

export interface RandomRequest {
  kind: string;
  /** A string is sent as UTF-8. */
  body: string | Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

/** Never in a log or an answer; long enough that it is there by no chance. */
export const marker = "a wish for nobody else's eyes";

type Text = fc.Arbitrary<string>;
/** One of the words of a list. */
const words = (list: string) => fc.constantFrom(...list.trim().split(/\s+/));
/** One of several, each so many times as often. */
const weighted = <T>(...choices: [weight: number, arbitrary: fc.Arbitrary<T>][]) =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const goodText = fc.constantFrom("Run a marathon", "Learn Spanish", "🏃 more", "Спать", "a");
const oddText = fc.oneof(
  fc.constantFrom("Run a marathon", marker, "", " ", "\t\r\n", "a\r\nSet-Cookie: b=c"),
  words(`0 null undefined NaN __proto__ constructor toString 2026-11-23 %00 %s%n \\u0000 \\ "
    $1 $$;$$ {{7*7}} \${7*7} #{7} \${jndi:ldap://x/} ../../etc/passwd <script>alert(1)</script>`),
  fc.constant("'; drop table public.vision_board_jobs; --"),
  words("👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇦🇺🇦 👍🏿 \u202eevil\u202c \u2066abc\u2069 Z̸̡̛a̶l̷g̵o̸ e\u0301 ﷺ İı"),
  // controls, and characters that nobody sees
  words("\u3164 \u2060\u200e \u2800 \ufe0f \u0301 \u{e0041} \u2066\u2069 \u115fa \u{1f3fb}"),
  words("\u0000 a\u0000b \u0001\u001f\u007f a\u0085b \b \u200b \u00ad \uffff \u{10ffff}"),
  // halves of characters
  words("\ud800 \udc00 x\ud83d \udc00\ud800 \ud83d\ud83d\ude00"),
  // every blank of String.prototype.trim()
  fc.constant(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\ufeff",
  ),
  fc.constant("\u2028\u2029\u202f\u205f\u3000"),
);
const blank = fc.constantFrom("", " ", "\n", "\u3000", "\ufeff", "\u2028", "\u0000 \u0000");
const oddCharacter = fc.constantFrom(
  ..."\u0000\u0001\u000b\u001f\u007f\u200b\n",
  ...["\ud800", "\udfff"],
);

/** A good text with one odd character in the middle. */
const spoiled = fc.tuple(goodText, oddCharacter).map(([text, odd]) => `${text}${odd}${text}`);
/** As many characters as are allowed, or one more; of one to eleven UTF-16 units each. */
const about = (limit: number) =>
  fc.tuple(
    fc.constantFrom("a", "é", "漢", "🏃", "🏃", "e\u0301", "\u00a0", "\ud800"),
    fc.constantFrom(limit, limit + 1),
  ).map(([unit, times]) => unit.repeat(times));
const long = fc.tuple(
  fc.constantFrom("a", "👩‍👩‍👧‍👦", "\u0000"),
  fc.constantFrom(255, 256, 4_000, 16_000),
).map(([unit, times]) => unit.repeat(times));
const anyText = weighted(
  [2, spoiled],
  [3, oddText],
  [2, long],
  [2, fc.string({ unit: "binary", maxLength: 210 })],
  [1, fc.string({ unit: "grapheme", maxLength: 90 })],
  [1, fc.tuple(blank, oddText, blank).map((parts) => parts.join(""))],
);

// from here on, JSON as text: some of it no JSON.stringify would write
const quoted = (text: Text) => text.map((value) => JSON.stringify(value));
const nested = (open: string, close: string, max: number) =>
  fc.integer({ min: 1, max }).map((depth) => open.repeat(depth) + close.repeat(depth));
const oddValue = fc.oneof(
  quoted(anyText),
  words(`1e999 -1e999 -0 1e-400 0.1 ${"9".repeat(400)} true null {} [] "" [["a"]] [null]
    {"toString":1} {"length":1,"0":"a"}`),
  nested("[", "]", 6_000),
  nested('{"a":', "}", 2_000).map((text) => text.replace(":}", ":1}")),
  fc.json({ maxDepth: 3 }),
);
const list = (one: Text, minLength: number, maxLength: number) =>
  fc.array(one, { minLength, maxLength }).map((values) => `[${values.join(",")}]`);

const goals = weighted(
  [12, list(quoted(goodText), 1, 3)],
  [4, list(quoted(fc.oneof(anyText, about(200))), 1, 3)],
  [4, list(quoted(spoiled), 1, 2)],
  [2, list(oddValue, 0, 14)],
  [1, fc.constantFrom(11, 12, 13, 4_000).map((n) => `[${Array(n).fill('"a"')}]`)],
  [1, oddValue],
);
const key = fc.oneof(
  fc.uuid(),
  fc.constantFrom("k", "two words", "", " ", "é", "a\nb", "__proto__"),
  fc.constantFrom(255, 256).map((length) => "x".repeat(length)),
);
const field = (name: Text, ...values: Text[]) =>
  fc.tuple(quoted(name), fc.oneof(...values)).map((pair) => pair.join(":"));
const text = (name: string, limit: number) =>
  field(fc.constant(name), quoted(goodText), quoted(about(limit)), quoted(anyText), oddValue);
const anyField = fc.oneof(
  text("name", 80),
  text("rank_tag", 40),
  field(words("theme"), words('"light" "dark" null'), words('"pink" "Light"'), oddValue),
  field(words("idempotency_key"), quoted(fc.uuid()), quoted(key), oddValue),
  field(words("email"), words('"victim@example.com" "x"'), oddValue),
  field(
    fc.constantFrom(
      "__proto__",
      "constructor",
      "prototype",
      "user_id",
      "id",
      "status",
      "",
      "Goals",
    ),
    oddValue,
    fc.constant('{"goals":["a"],"theme":"dark"}'),
  ),
);

/** An object with goals and up to two other fields, in any order, sometimes with goals twice. */
const almostValid = fc.tuple(
  field(words("goals"), goals),
  fc.array(anyField, { maxLength: 2 }),
  fc.array(field(words("goals"), goals), { maxLength: 1, size: "xsmall" }),
  fc.constantFrom("", " ", "\n\t", "\r\n"),
).chain(([first, others, again, gap]) =>
  fc.shuffledSubarray([first, ...others, ...again], { minLength: others.length + 1 })
    .map((fields) => `{${gap}${fields.join(`,${gap}`)}}${gap}`)
);
/** With one character too few or too many, or cut off. */
const broken = fc.tuple(almostValid, fc.nat(), fc.constantFrom("cut", "drop", "insert")).map(
  ([text, at, how]) => {
    const i = at % (text.length + 1);
    const [start, end] = [text.slice(0, i), text.slice(i)];
    return how === "cut" ? start : how === "drop" ? start + end.slice(1) : `${start},${end}`;
  },
);
const nearLimit = fc.tuple(almostValid, fc.integer({ min: 16_380, max: 16_390 })).map(
  ([text, bytes]) => text + " ".repeat(Math.max(0, bytes - new TextEncoder().encode(text).length)),
);
const bytes = (...parts: Iterable<number>[]) => new Uint8Array(parts.flatMap((part) => [...part]));
/** Behind byte order marks of UTF-8 and UTF-16, and behind bytes that are not UTF-8. */
const withPrefix = fc.tuple(
  fc.constantFrom([0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xc3], [0xed, 0xa0, 0x80]),
  almostValid,
).map(([prefix, text]) => bytes(prefix, new TextEncoder().encode(text)));

const headers = weighted<Record<string, string>>(
  [3, fc.constant({})],
  [
    2,
    fc.dictionary(
      words("content-type accept x-forwarded-for cookie prefer range"),
      fc.constantFrom("text/plain", "multipart/form-data", "text/plain; charset=utf-16", "*", ""),
      { maxKeys: 3 },
    ),
  ],
  [1, fc.constant({ "content-encoding": "gzip" })],
  [2, key.filter((value) => !value.includes("\n")).map((value) => ({ "idempotency-key": value }))],
);
const request = (
  weight: number,
  kind: string,
  body: fc.Arbitrary<RandomRequest["body"]>,
): [number, fc.Arbitrary<RandomRequest>] => [
  weight,
  fc.record({ kind: fc.constant(kind), body, headers }),
];

export const randomRequest = weighted(
  request(12, "almost valid", almostValid),
  request(3, "broken JSON", broken),
  request(2, "any JSON", fc.json()),
  request(2, "near 16 KiB", nearLimit),
  request(1, "raw bytes", fc.uint8Array({ maxLength: 300 }).map((value) => bytes(value))),
  request(1, "byte order marks and bad UTF-8", withPrefix),
  request(1, "gzip", almostValid.map((text) => bytes(gzipSync(text)))),
);
