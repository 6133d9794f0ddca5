/** Texts that people might type, and some that nobody should: for random boards. */

/** Words and phrases by script, long and short, with the marks and punctuation of their languages. */
const WORDS: readonly string[] = [
  "Learn to swim in 2027! naïve Łódź check-up 10 000 € “quoted” Donaudampfschifffahrtsgesellschaft a",
  "Tiếng Việt giữa nghệ sĩ ¡Hola! ¿qué? L’été « prêt ! » İstanbul şöyle ½ © № 5%",
  "Выучить русский язык Привіт, їжак съешь же ещё Ελληνικά ἄνθρωπος μαραθώνιος",
  "تعلّم اللغة العربية في سنة ٢٠٢٧ ،؟ مُحَمَّدٌ می‌خواهم کتاب‌ها اُردُو ﷽ ـــ پاکستان گچ",
  "ללמוד עִבְרִית מִקְרָאִית ב-2027 (פחות) ₪ 50,000 צה״ל בְּרֵאשִׁ֖ית",
  "हिन्दी में एक किताब लिखना क्षत्रिय ज्ञान श्री र्‍य ₹ १२३ । ॥ क्‍ष",
  "আমি প্রতিদিন সকালে দৌড়াব বাংলা ক্ষ্ম ১২৩ ৳ র‍্যাব",
  "தினமும் காலையில் ஓட வேண்டும் ஸ்ரீ க்ஷ ௧௨௩ கொண்டு",
  "เรียนภาษาญี่ปุ่นให้พูดได้คล่องภายในปีนี้ น้ำ ๆ ฯลฯ ๑๒๓ ฿ กตัญญู",
  "学会游泳，去上海看朋友！ “人生意义” 每天早上六点 （首付100万元） ……——《书》 。。。。。。",
  "學習日文，明年去東京旅行！ 臺灣「台北」、ㄅㄆㄇ 龜 讓我們",
  "富士山に登って日本語で小説を書く 「サブ４」 コンピュータープログラミング ﾊﾝｶｸ ゃゅょっー 々〆",
  "매일 아침 6시에 일어나서 운동하기 한국어능력시험(TOPIK) 大韓民國 ㅋㅋㅋ 뷁",
  "🏃 🏃🏽‍♀️ 👨‍👩‍👧‍👦 🇯🇵 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ ❤ ☕ ™ 🫠 ㊗ 🈶",
  "𝓗𝓮𝓵𝓵𝓸 ＦＵＬＬ １２３ ﬁne Ⅳ ① ㎏ ½ ｡｢｣ ⓐ ª",
  "ქართული Հայերեն తెలుగు ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം සිංහල ខ្មែរ မြန်မာ አማርኛ ᏣᎳᎩ བོད་",
];

/** Code points of every kind, used and unused, visible and not. */
const RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x24f],
  [0x250, 0x52f],
  [0x300, 0x36f],
  [0x590, 0x6ff],
  [0x750, 0x77f],
  [0x8a0, 0x8ff],
  [0x900, 0x9ff],
  [0xb80, 0xbff],
  [0xe00, 0xe7f],
  [0x1100, 0x11ff],
  [0x1e00, 0x1fff],
  [0x2000, 0x206f],
  [0x20a0, 0x2bff],
  [0x3000, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7ff],
  [0xd800, 0xdfff],
  [0xe000, 0xfaff],
  [0xfb00, 0xfdff],
  [0xfe00, 0xffff],
  [0x1d400, 0x1d7ff],
  [0x1f000, 0x1faff],
  [0x20000, 0x2a6df],
  [0xe0000, 0xe01ef],
];

const JUNK: readonly string[] = [
  "\u202E",
  "\u2067",
  "\u200B\u200B",
  "\u200D",
  "\u200C\u200C",
  "\u0000\u001b[31m",
  "\uFEFF",
  "\u034F",
  "Z̷̡̛̛̥̲̀a̶̢l̴g̸o",
  "\u0301".repeat(30),
  "\u0E49".repeat(12),
  "क्".repeat(40),
  "ि".repeat(5),
  "<b>&amp;${x} url(x)",
  "\n\t\r\n",
  "、".repeat(30),
  "「".repeat(9),
  "ー".repeat(20),
  "W".repeat(90),
  "ﷺ".repeat(8),
  "\u3164",
  "\u0640".repeat(20),
];

/**
 * A random text of up to `longest` code points, often short, in one script or several.
 * @param next numbers in [0, 1)
 */
export function randomText(next: () => number, longest: number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const length = Math.ceil(longest * next() ** 2);
  const main = pick(WORDS);
  const glue = next() < 0.15 ? "" : " ";
  let text = "";
  while ([...text].length < length) {
    const kind = next();
    if (kind < 0.72) text += pick(main.split(" ")) + glue;
    else if (kind < 0.84) text += pick(pick(WORDS).split(" ")) + glue;
    else if (kind < 0.92) {
      const [first, last] = pick(RANGES);
      for (let i = 1 + next() * 8; i > 0; i--) {
        text += String.fromCodePoint(first + Math.floor(next() * (last - first + 1)));
      }
    } else text += pick(JUNK);
  }
  return [...text].slice(0, length).join("");
}
