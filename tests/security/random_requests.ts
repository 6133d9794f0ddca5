/** Requests to create-job as nobody should send them, for fuzz_test.ts. */
import fc from "fast-check";
import { gzipSync } from "node:zlib";

export interface Hostile {
  kind: string;
  /** A text is sent as UTF-8. */
  body: string | Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

/** Never in a log or an answer; long enough that it is there by no chance. */
export const marker = "a wish for nobody else's eyes";

const oddTexts = fc.constantFrom(
  ...["Run a marathon", marker, "", " ", "\t\r\n", "0", "null", "undefined", "NaN"],
  ...[
    "\u0000",
    "a\u0000b",
    "\u0001\u001f\u007f",
    "a\u0085b",
    "\b\f\v",
    "\u200b",
    "\u00ad",
    "\ufeff",
  ],
  // every blank of String.prototype.trim()
  "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f",
  ...["\ud800", "\udc00", "x\ud83d", "\udc00\ud800", "\ud83d\ud83d\ude00", "\uffff", "\u{10ffff}"],
  ...[
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "🇺🇦🇺🇦",
    "👍🏿",
    "\u202eevil\u202c",
    "\u2066abc\u2069",
    "Z̸̡̛a̶l̷g̵o̸",
    "e\u0301",
    "ﷺ",
    "İı",
  ],
  ..."'; drop table public.vision_board_jobs; --|$1|$$;$$|{{7*7}}|${7*7}|<%= 7 %>|#{7}|%s%n".split(
    "|",
  ),
  ...["<script>alert(1)</script>", "../../etc/passwd", "\\u0000", "\\", '"', "${jndi:ldap://x/}"],
  ...["__proto__", "constructor", "toString", "2026-11-23", "a\r\nSet-Cookie: b=c", "%00"],
);

/** As many characters as are allowed, or one more; of one to eleven UTF-16 units each, some removed. */
const about = (limit: number) =>
  fc.tuple(
    fc.constantFrom("a", "é", "漢", "🏃", "🏃", "e\u0301", "\u00a0", "\ud800"),
    fc.constantFrom(limit, limit + 1),
  ).map(([unit, times]) => unit.repeat(times));
const longTexts = fc.constantFrom("a", "👩‍👩‍👧‍👦", "\u0000").chain((unit) =>
  fc.constantFrom(255, 256, 4_000, 16_000).map((times) => unit.repeat(times))
);

const blank = fc.constantFrom("", " ", "\n", "\u3000", "\ufeff", "\u2028", "\u0000 \u0000");
const goodText = fc.constantFrom("Run a marathon", "Learn Spanish", "🏃 more", "Спать", "a");

/** Good but for one character in the middle. */
const spiced = fc.tuple(
  goodText,
  fc.constantFrom(
    "\u0000",
    "\u0001",
    "\u000b",
    "\u001f",
    "\u007f",
    "\ud800",
    "\udfff",
    "\u200b",
    "\n",
  ),
).map(([text, odd]) => `${text}${odd}${text}`);

const anyText = fc.oneof(
  { weight: 2, arbitrary: spiced },
  { weight: 3, arbitrary: oddTexts },
  { weight: 2, arbitrary: longTexts },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 210 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 90 }) },
  { weight: 1, arbitrary: fc.tuple(blank, oddTexts, blank).map((parts) => parts.join("")) },
);
/** Values as JSON text, some of which no JSON.stringify would write. */
const oddValue = fc.oneof(
  anyText.map((text) => JSON.stringify(text)),
  fc.constantFrom(...["1e999", "-1e999", "-0", "1e-400", "0.1", "9".repeat(400), "true", "null"]),
  fc.constantFrom("{}", "[]", '{"toString":1}', '{"length":1,"0":"a"}', '[["a"]]', "[null]", '""'),
  fc.integer({ min: 1, max: 6_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
  fc.integer({ min: 1, max: 2_000 }).map((depth) =>
    '{"a":'.repeat(depth) + "1" + "}".repeat(depth)
  ),
  fc.json({ maxDepth: 3 }),
);
const list = (one: fc.Arbitrary<string>, min: number, max: number) =>
  fc.array(one, { minLength: min, maxLength: max }).map((values) => `[${values.join(",")}]`);
const quoted = (text: fc.Arbitrary<string>) => text.map((value) => JSON.stringify(value));

const goals = fc.oneof(
  { weight: 12, arbitrary: list(quoted(goodText), 1, 3) },
  { weight: 4, arbitrary: list(quoted(fc.oneof(anyText, about(200))), 1, 3) },
  { weight: 4, arbitrary: list(quoted(spiced), 1, 2) },
  { weight: 2, arbitrary: list(oddValue, 0, 14) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(11, 12, 13, 4_000).map((n) => `[${Array(n).fill('"a"')}]`),
  },
  { weight: 1, arbitrary: oddValue },
);
const field = (name: string, ...values: fc.Arbitrary<string>[]) =>
  fc.oneof(...values).map((value) => `${JSON.stringify(name)}:${value}`);
const key = fc.oneof(
  fc.uuid(),
  fc.constantFrom(
    "k",
    "two words",
    "",
    " ",
    "é",
    "x".repeat(255),
    "x".repeat(256),
    "a\nb",
    "__proto__",
  ),
);
const anyField = fc.oneof(
  field("name", quoted(goodText), quoted(about(80)), quoted(about(80)), quoted(anyText), oddValue),
  field(
    "rank_tag",
    quoted(goodText),
    quoted(about(40)),
    quoted(about(40)),
    quoted(anyText),
    oddValue,
  ),
  field(
    "theme",
    fc.constantFrom('"light"', '"dark"', "null"),
    fc.constantFrom('"pink"', '"Light"'),
    oddValue,
  ),
  field("idempotency_key", quoted(fc.uuid()), quoted(key), oddValue),
  field("email", quoted(fc.constantFrom("victim@example.com", "x")), oddValue),
  fc.tuple(
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
    fc.oneof(oddValue, fc.constant('{"goals":["a"],"theme":"dark"}')),
  ).map(([name, value]) => `${JSON.stringify(name)}:${value}`),
);

/** An object of JSON text: fields in any order, some twice. Duplicates count as the last of them. */
const almostValid = fc.tuple(
  goals.map((value) => `"goals":${value}`),
  fc.array(anyField, { maxLength: 2 }),
  fc.array(field("goals", goals), { maxLength: 1, size: "xsmall" }),
  fc.constantFrom(...["", " ", "\n\t", "\r\n"]),
).chain(([first, others, again, gap]) =>
  fc.shuffledSubarray([first, ...others, ...again], { minLength: others.length + 1 })
    .map((fields) => `{${gap}${fields.join(`,${gap}`)}}${gap}`)
);

const broken = fc.tuple(almostValid, fc.nat(), fc.constantFrom("cut", "drop", "insert")).map(
  ([text, at, how]) => {
    const i = at % (text.length + 1);
    if (how === "cut") return text.slice(0, i);
    return how === "drop"
      ? text.slice(0, i) + text.slice(i + 1)
      : `${text.slice(0, i)},${text.slice(i)}`;
  },
);
const nearLimit = fc.tuple(almostValid, fc.integer({ min: 16_380, max: 16_390 })).map(
  ([text, bytes]) => text + " ".repeat(Math.max(0, bytes - new TextEncoder().encode(text).length)),
);
const bytes = (value: Uint8Array) => new Uint8Array(value);
const withBom = fc.tuple(
  almostValid,
  fc.constantFrom([0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xc3], [0xed, 0xa0, 0x80]),
).map(([text, prefix]) => bytes(new Uint8Array([...prefix, ...new TextEncoder().encode(text)])));

const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      fc.constantFrom("content-type", "accept", "x-forwarded-for", "cookie", "prefer", "range"),
      fc.constantFrom(
        "text/plain",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "*",
        "",
      ),
      { maxKeys: 3 },
    ),
  },
  { weight: 1, arbitrary: fc.constant({ "content-encoding": "gzip" }) },
  {
    weight: 2,
    arbitrary: key.filter((value) => !/[\n]/.test(value)).map((value) => ({
      "idempotency-key": value,
    })),
  },
);
const request = (kind: string, weight: number, body: fc.Arbitrary<Hostile["body"]>) => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), body, headers }),
});

export const hostile: fc.Arbitrary<Hostile> = fc.oneof(
  request("almost valid", 12, almostValid),
  request("broken JSON", 3, broken),
  request("any JSON", 2, fc.json()),
  request("near 16 KiB", 2, nearLimit),
  request("raw bytes", 1, fc.uint8Array({ maxLength: 300 }).map(bytes)),
  request("byte order marks and bad UTF-8", 1, withBom),
  request("gzip", 1, almostValid.map((text) => bytes(gzipSync(text)))),
);
