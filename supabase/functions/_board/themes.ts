import type { SceneKind } from "./scenes.ts";

/** Something that people wish for, and what shows it. */
export interface Theme {
  /** Fluent 3D emoji, the best first, the others for when it is taken on the same board. */
  readonly pictures: readonly string[];
  readonly scene: SceneKind;
}

/**
 * The reviewed themes; scripts/assets/words/ has the words that call them. `board-assets.ts` embeds exactly
 * the pictures of this table, and a picture that is chosen for itself has the scene of the first theme it
 * is in.
 */
const TABLE = `
run        rays      🏃 👟 🏁
walk       hills     🚶 🥾 👟
hike       hills     🥾 🏔️ 🚶
mountain   hills     🏔️ 🗻 🥾
bike       hills     🚴
swim       waves     🏊 🌊
surf       waves     🏄 🌊
gym        rays      🏋️ 💪 👟
strong     rays      💪 🏋️
stretch    leaves    🤸 🧘
meditate   leaves    🧘 🪷
slim       leaves    🥗 🍎 👟 💪
health     leaves    🍎 💪 🩺
doctor     dots      🧑‍⚕️ 🩺
water      waves     💧
sober      waves     💧 🕊️
greens     leaves    🥗 🥦 🍎
smoke      arcs      🚭
sleep      stars     🌙 🛏️ 😴
early      rays      ⏰ 🌅
mind       arcs      🧠 🪷
care       leaves    🛁 🪷 🧴
beauty     confetti  🧴 💄
teeth      dots      🦷
cook       confetti  🍳 🍽️
bake       confetti  🧁 🥐 🍞
coffee     rays      ☕
wine       dots      🍷 🥂
beer       dots      🍺
dine       confetti  🍽️ 🍷
sweets     dots      🍫 🧁
burger     confetti  🍔 🍕
food       confetti  🍜 🍕 🍣
travel     hills     ✈️ 🧳 🗺️
world      arcs      🌍 🧭 🗺️
visa       dots      🛂 🧳 🪪
us         stars     🇺🇸 🗽
newyork    dots      🗽 🇺🇸
gb         waves     🇬🇧
ca         leaves    🇨🇦
au         waves     🇦🇺
de         arcs      🇩🇪
fr         rays      🇫🇷 🗼
paris      rays      🗼 🇫🇷
it         waves     🇮🇹
es         rays      🇪🇸
pt         waves     🇵🇹
gr         waves     🇬🇷 🏛️
athens     waves     🏛️ 🇬🇷
ch         hills     🇨🇭
nl         leaves    🇳🇱
jp         hills     🇯🇵 ⛩️ 🌸 🗻
kr         dots      🇰🇷
tr         stars     🇹🇷
ae         rays      🇦🇪
th         waves     🇹🇭
ie         leaves    🇮🇪
br         leaves    🇧🇷
is         hills     🇮🇸 🌌
disney     stars     🏰
safari     hills     🦁 🐘
beach      waves     🏖️ 🌴
ocean      waves     🌊 🏖️
camp       hills     🏕️ 🌲
nature     hills     🌲 🏕️ 🌱
van        hills     🚐
train      hills     🚂
cruise     waves     🚢 ⛵
sail       waves     ⛵ 🚢
ski        hills     ⛷️ ⛄
snow       stars     ⛄ ⛷️
sky        rays      🪂 🎈
football   arcs      ⚽
basketball arcs      🏀
tennis     arcs      🎾
golf       hills     ⛳
boxing     rays      🥊 🥋
karate     rays      🥋 🥊
skate      waves     🛹
horse      hills     🐴
fishing    waves     🎣
chess      dots      ♟️ 🧩
games      dots      🎮 🎲
money      dots      💰 🪙 🏦
debt       dots      💳 🪙 🏦
rich       dots      💎 💰
invest     dots      📈 🏦 🪙
house      hills     🏡 🔑 🏢
flat       dots      🔑 🏡 🏢
moving     confetti  📦 🔑
tidy       dots      🧹 📦
furnish    dots      🛋️ 🖼️
diy        dots      🔨
car        rays      🚗
licence    rays      🚗 🪪
moto       rays      🏍️
fashion    confetti  👗
garden     leaves    🪴 🌱 🌻
eco        leaves    ♻️ 🌍
farm       hills     🚜 🐝
read       arcs      📚 📖
write      arcs      ✍️ 📝
language   arcs      💬 📖
degree     arcs      🎓 📜
exam       arcs      📝 ✅ 📖
school     arcs      🎒 📖
teach      arcs      🧑‍🏫
learn      arcs      💡 🧠 📖
science    dots      🔬
space      stars     🪐 🚀
engineer   dots      ⚙️
law        arcs      ⚖️
startup    stars     🚀 🦄
business   stars     🚀 🏪 🤝 📈
shop       arcs      🏪
deal       arcs      🤝
job        arcs      💼 🏢 🤝
promotion  arcs      💼 📈 🏆
code       dots      💻
robot      dots      🤖
offline    dots      📵 🌲
phone      dots      📱
social     confetti  📱 🎥
youtube    rays      🎥 🎬
paint      confetti  🎨 🖼️
knit       waves     🧶
photo      rays      📷
film       rays      🎬 🎥
sing       rays      🎤 🎙️
podcast    rays      🎙️ 🎤
guitar     waves     🎸
piano      waves     🎹
violin     waves     🎻
drums      waves     🥁
music      waves     🎵 🎸 🎹
dance      confetti  💃
theatre    confetti  🎭
family     confetti  👨‍👩‍👧‍👦 🧸
kids       confetti  🧸 👨‍👩‍👧‍👦
parents    confetti  👵 💐 👨‍👩‍👧‍👦
love       confetti  ❤️ 💖 🌹 🥰
date       confetti  🌹 🥂 ❤️
selflove   confetti  🥰 💖
wedding    confetti  💍 💐
baby       dots      👶 🤰 🧸
pregnant   dots      🤰 👶
friends    confetti  🤗 🥳 🥂
party      confetti  🎉 🥳 🎂
birthday   confetti  🎂 🎁
gift       confetti  🎁 🎉
christmas  stars     🎄 🎁
dog        dots      🐶
cat        dots      🐱
pet        dots      🐰
give       leaves    🤲 💖
faith      stars     🙏 ✨
church     stars     ⛪ 🙏
mosque     stars     🕌 🙏
quran      stars     📖 🕌
mecca      stars     🕋 🕌
temple     stars     🛕 🙏
thanks     stars     🙏 💐
peace      stars     🕊️ 🪷
happy      rays      😊 ☀️ 🌈
sun        rays      ☀️ 🌅
confident  rays      😎 🦸 👑
win        rays      🏆 🥇
goal       arcs      🎯
energy     rays      ⚡ 🔥
plan       arcs      📅 ⏳ ✅
habit      arcs      ✅ 📅
letter     arcs      ✉️
star       stars     ⭐ 🌟
aurora     stars     🌌 🇮🇸
success    rays      🏆 🌟
luck       leaves    🍀
change     leaves    🦋 🌱
good       rays      👍
`;

/** The themes by name. The order is that of the table: the generated words refer to it. */
export const THEMES: ReadonlyMap<string, Theme> = new Map(
  TABLE.trim().split("\n").map((row) => {
    const [name, scene, ...pictures] = row.split(/ +/) as [string, SceneKind, ...string[]];
    return [name, { scene, pictures }];
  }),
);

/** For goals that no word explains: hopeful, and saying nothing in particular. More than 12. */
export const NEUTRAL: readonly string[] = "🌟 🎯 🌈 💎 🧭 🦋 🔥 🎈 🍀 ✨ 🌻 ⛵ ☀️ 🌸 🪷 ⭐".split(
  " ",
);

/** Scenes that suit the neutral pictures; which goal gets which hangs on its text. */
export const NEUTRAL_SCENES: readonly SceneKind[] = "rays arcs hills waves leaves stars confetti"
  .split(" ") as SceneKind[];

/** Every picture that a board may show, each once. */
export const PICTURES: readonly string[] = [
  ...new Set([...[...THEMES.values()].flatMap((theme) => theme.pictures), ...NEUTRAL]),
];

/** Pictures that end in a straight cut below: busts and waters. They rise from the tile's lower edge. */
export const ROOTED: ReadonlySet<string> = new Set(
  "👨‍👩‍👧‍👦 🧑‍🏫 🧑‍⚕️ 🤰 🦸 🏊 🌊 🐴 🦄 🏔️ 🗻".split(" "),
);
