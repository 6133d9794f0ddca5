import type { SceneKind } from "./scenes.ts";

/**
 * What people wish for, and the picture and scenery that say it.
 *
 * `pictures`: Fluent 3D emoji, the best first, the others for when it is taken on the same board.
 * `words`: what calls them, in lower case; `_` joins a phrase, a trailing `*` takes
 * every ending, an emoji is one that the user may type and we do not embed. English first, then the
 * commonest Spanish, French, German and Portuguese words, a few Russian and Greek. `weight`: 2 unless told; 1 is a word that
 * yields to any other in the goal ("learn to cook" is about cooking).
 */
export interface Wish {
  readonly pictures: readonly string[];
  readonly scene: SceneKind;
  readonly words: readonly string[];
  readonly weight: number;
}

function wish(pictures: string, scene: SceneKind, words: string, weight = 2): Wish {
  return { pictures: pictures.split(" "), scene, words: words.split(" "), weight };
}

/** The reviewed list. Its pictures are exactly the ones that `scripts/board-assets.ts` embeds. */
export const WISHES: readonly Wish[] = [
  // Body and health
  wish(
    "🏃 👟 🏅",
    "rays",
    "run running runner* jog* marathon* 5k 10k sprint* triathlon correr corrida maraton* maratona courir laufen joggen марафон бегать пробежать μαραθώνιο 🎽",
  ),
  wish(
    "🥾 🚶",
    "hills",
    "hike hikes hiking trek* walk walks walking steps camino senderismo randonnee wandern caminar caminhar marcher",
  ),
  wish(
    "🏔️ 🗻",
    "hills",
    "mountain* climb climbing summit* everest fuji kilimanjaro alps montana montanas montanha* montagne* berg berge gipfel escalar ⛰ 🧗",
  ),
  wish(
    "🚴",
    "hills",
    "bike biking bicycle* cycle cycling bici bicicleta velo fahrrad radfahren 🚲 🚵",
  ),
  wish("🏊", "waves", "swim swimming nadar nager schwimmen natacion natation piscina"),
  wish("🏄 🌊", "waves", "surf surfing kitesurf* windsurf* surfen surfear"),
  wish(
    "🏋️ 💪",
    "rays",
    "gym workout* weights lift lifting deadlift bench_press muscle* strength stronger fit fitness exercise* push_ups pull_ups squats move_more get_in_shape gimnasio musculation krafttraining academia ejercicio",
  ),
  wish(
    "🧘 🪷",
    "leaves",
    "meditat* meditar mediter meditieren mindful* yoga pilates breathe breathing calm calmer stretch* serenity zen",
  ),
  wish(
    "🥕 ⚖️",
    "dots",
    "weight kilos kg pounds lbs perder_peso perdre_du_poids abnehmen emagrecer adelgazar slimmer balance",
  ),
  wish(
    "🍎 🩺",
    "leaves",
    "health* doctor nurse medicine medical cholesterol blood_pressure diabetes salud saludable sante gesund* saude saudavel здоров* υγεία",
  ),
  wish("💧 🥤", "waves", "water hydrat* agua eau wasser litres liters sober alcohol 🚰"),
  wish(
    "🥦 🥗",
    "leaves",
    "vegetable* veggie* vegan vegetarian* salad* greens diet eat_better eat_healthy eat_well verduras legumes gemuse 🥬",
  ),
  wish(
    "🚭 🫁",
    "arcs",
    "smok* cigarette* tobacco vape vaping nicotine fumar fumer rauchen cigarrillos 🚬",
  ),
  wish(
    "🌙 😴",
    "stars",
    "sleep* asleep bedtime rest nap naps insomnia dormir schlafen moon luna lune mond lua 🛌 💤",
  ),
  wish("🌅 ⏰", "rays", "morning* early wake wake_up sunrise sunset alarm madrugar frueh fruh", 1),
  wish(
    "🧠 💡",
    "arcs",
    "mental therapy therapist anxiety stress* mind mindset focus* terapia psycholog* brain",
  ),

  // Food
  wish(
    "🍳 🍲",
    "confetti",
    "cook cooking recipe* kitchen chef dinner* meal meals cocinar cocina cuisiner cuisine kochen cozinhar receitas recetas 🥘",
  ),
  wish(
    "🧁 🥐 🍞",
    "confetti",
    "bake baking baker bakery cake cakes bread sourdough croissant* pastry backen patisserie pasteleria panaderia pan_casero",
  ),
  wish("☕", "rays", "coffee cafe barista espresso kaffee tea matcha 🍵"),
  wish("🍷", "dots", "wine vino wein vinho vineyard sommelier restaurant* 🥂"),
  wish("🍓 🍫", "dots", "fruit* smoothie* berries sugar chocolate sweets candy"),
  wish("🍕 🍣", "confetti", "pizza pasta food eat sushi ramen comida essen manger", 1),

  // The world
  wish(
    "✈️ 🧳 🗺️",
    "hills",
    "travel* trip trips fly flight* vacation* holiday* abroad visit backpack* viajar viaje* viagem* voyage* voyager reise reisen visiter visitar besuchen urlaub путешеств* поехать ταξιδέψω ταξίδι 🛫",
  ),
  wish(
    "🌍 🧭",
    "arcs",
    "world countries continents planet earth mundo monde welt climate 🌎 🌏 🌐",
  ),
  wish(
    "🛂 🗽",
    "dots",
    "passport visa citizenship green_card immigration residency pasaporte passeport reisepass usa america new_york",
  ),
  wish("⛩️ 🌸", "hills", "japan japon japao tokyo kyoto spring cherry_blossom*", 1),
  wish("🗼 🏛️", "rays", "paris france eiffel greece athens rome italy italia europe", 1),
  wish("🦁 🐘", "hills", "africa safari kenya tanzania lion wildlife", 1),
  wish(
    "🏖️ 🌴 🐚",
    "waves",
    "beach* island* bali hawaii maldives caribbean tropical playa plage strand praia retire* retirement 🏝",
  ),
  wish(
    "🌊",
    "waves",
    "ocean sea seaside mer meer mar whale* dolphin* dive diving scuba snorkel* tauchen bucear 🤿 🐬 🐳",
  ),
  wish(
    "🏕️ 🌲",
    "hills",
    "camp camping tent forest woods nature national_park* wald bosque foret trees tree ⛺ 🌳",
  ),
  wish("🚐", "hills", "road_trip* campervan camper van vanlife"),
  wish(
    "⛵ 🛶",
    "waves",
    "sail* boat* yacht kayak* canoe rowing cruise segeln voile velejar navegar",
  ),
  wish("⛷️", "hills", "ski skiing snowboard* snow esquiar skifahren 🏂"),
  wish("🪂 🎈", "rays", "skydiv* parachut* paraglid* bungee hot_air_balloon balloon*"),

  // Sport and play
  wish("⚽ 🏀", "arcs", "football soccer futbol fussball futebol basketball"),
  wish("🎾", "arcs", "tennis padel badminton squash golf"),
  wish("🥊", "rays", "boxing boxe kickbox* karate judo mma taekwondo martial_arts"),
  wish("🛹", "waves", "skate* skateboard* roller*"),
  wish("🐴", "hills", "horse* caballo* cheval pferd reiten equitation 🐎 🏇"),
  wish("🎣", "waves", "fishing pescar angeln pecher"),
  wish("♟️ 🧩", "dots", "chess ajedrez echecs schach xadrez puzzle* sudoku"),
  wish("🎮", "dots", "game games gaming esports videogame* videojuego* 🕹"),

  // Money, home, things
  wish(
    "💰 🪙 🏦 💵",
    "dots",
    "money savings debt* loan* emergency_fund financ* salary income rich wealth* million* budget* ahorrar ahorro* sparen epargner economiser economizar poupar dinero dinheiro geld argent деньги накопить λεφτά χρήματα 💸 💲 🐖",
  ),
  wish("💰 🪙 🏦 💵", "dots", "save saving", 1),
  wish(
    "📈",
    "dots",
    "invest* stock stocks etf portfolio crypto bitcoin trading investir revenue sales 📊",
  ),
  wish(
    "🏡 🔑",
    "hills",
    "house home homes apartment condo mortgage a_flat own_flat casa maison haus wohnung hogar appartement apartamento wohneigentum дом квартир* σπίτι 🏠 🏘",
  ),
  wish(
    "🧹 🧺",
    "dots",
    "declutter* tidy clean cleaning cleaner organise organize organised organized minimalis* ordenar aufraumen ranger",
  ),
  wish(
    "🔨 🛋️",
    "dots",
    "furniture decorat* interior living_room renovat* renover diy repair* woodwork* carpentry build 🛠",
  ),
  wish(
    "📦",
    "confetti",
    "move_to move_out move_into moving relocate mudarme mudanza demenager umziehen",
  ),
  wish(
    "🚗 🏎️",
    "rays",
    "car cars drive driving driver tesla porsche coche voiture auto carro fuhrerschein permis licence license conducir 🚙",
  ),
  wish("🏍️", "rays", "motorcycle* motorbike* scooter vespa harley moto 🛵"),
  wish(
    "👗",
    "confetti",
    "fashion wardrobe dress clothes style shoes shopping skincare skin makeup 🛍",
  ),

  // Green
  wish(
    "🪴 🌱 🌻",
    "leaves",
    "garden* plant plants planting balcony flower* tomato* herbs compost seeds jardin* garten gartnern jardim huerto",
  ),
  wish("♻️", "leaves", "plastic recycl* zero_waste sustainab* solar environment* organic"),
  wish("🚜 🐝", "hills", "farm farming farmer chickens bee bees honey hives granja"),

  // Words, mind, school
  wish(
    "📚 📖",
    "arcs",
    "book books read reading library bookshop libro libros livre livres livro livros buch bucher lesen lire leer ler книг* читать βιβλί*",
  ),
  wish(
    "✍️ 📝",
    "arcs",
    "write writing writer novel novela poem* poetry publish* blog* memoir author essay* screenplay schreiben escribir ecrire escrever roman journal* diary diario tagebuch 🖊",
  ),
  wish(
    "💬 👋",
    "arcs",
    "language* spanish french german italian portuguese english japanese chinese mandarin korean arabic russian hindi turkish dutch swedish polish greek fluent* duolingo idioma* langue* sprache* lingua espanol ingles anglais englisch frances francais franzosisch aleman allemand deutsch portugues italiano italienisch espagnol spanisch язык английский испанский немецкий ελληνικά αγγλικά",
  ),
  wish(
    "🎓",
    "arcs",
    "degree graduat* university college masters master_s phd doctorate bachelor* diploma* diplom school exam* study studying thesis dissertation scholarship universi* estudiar etudier etudes studieren studium abitur certificat*",
  ),
  wish("🧑‍🏫 💡", "arcs", "teach* tutor* mentor* ensenar enseigner unterrichten ensinar"),
  wish(
    "💡 🧠",
    "arcs",
    "learn learning course courses skill* curious idea ideas aprender apprendre lernen",
    1,
  ),
  wish("🔬", "dots", "science scientist research* lab laboratory chemistry biology physics"),
  wish("🔭 🪐", "stars", "space astronom* astronaut telescope planets universe"),

  // Work
  wish(
    "🚀 🦄",
    "stars",
    "launch* startup* start_up founder saas entrepreneur* side_project side_hustle lancer",
  ),
  wish("🏪", "arcs", "shop store boutique sell negocio"),
  wish(
    "🤝",
    "arcs",
    "business company entreprise firma unternehmen empresa client* customer* freelanc* self_employed emprender",
  ),
  wish(
    "💼 🧑‍💼",
    "arcs",
    "job jobs career promotion promoted raise manager boss interview* resume cv hired leadership office trabajo travail arbeit emprego trabalho emploi empleo beruf carrera carriere работ* δουλειά",
  ),
  wish(
    "💼 ⏳",
    "arcs",
    "work working time procrastinat* schedule routine* habit* productiv* disciplin* plan planner",
    1,
  ),
  wish(
    "💻 🧑‍💻 🤖",
    "dots",
    "code coding coder programmer programming developer software python javascript typescript rust website app apps hackathon open_source programar programmieren programmer ai machine_learning robot*",
  ),
  wish(
    "📱 📵",
    "dots",
    "phone screen screentime screen_time social_media instagram tiktok scroll* detox offline followers",
  ),

  // Arts
  wish(
    "🎨 🖼️",
    "confetti",
    "paint* draw drawing art artist sketch* watercolo* illustrat* gallery exhibition pintar peindre malen dibujar dessin* zeichnen desenhar potter* ceramic* sculpt*",
  ),
  wish("🧶 🧵", "waves", "knit* crochet* sew sewing yarn quilt* tricot* stricken nahen coser"),
  wish("📷", "rays", "photo* camera fotograf* foto fotos appareil_photo 📸"),
  wish(
    "🎬",
    "rays",
    "film films movie* cinema documentary video videos youtube* vlog* kino pelicula*",
  ),
  wish(
    "🎤 🎙️",
    "rays",
    "sing singing singer choir karaoke cantar chanter singen podcast* speech* public_speaking ted_talk",
  ),
  wish("🎸", "waves", "guitar* guitarra guitare gitarre ukulele band bass"),
  wish("🎹 🎻", "waves", "piano klavier keyboard violin* cello geige violon"),
  wish(
    "🎵 🎧 🥁",
    "waves",
    "music song songs album concert* festival* compose musica musique musik drums drummer dj",
  ),
  wish(
    "💃",
    "confetti",
    "dance dancing dancer salsa tango ballet bachata bailar danser danse tanzen dancar 🕺 🩰",
  ),
  wish("🎭", "confetti", "theater theatre acting actor actress comedy improv stage teatro"),

  // People
  wish(
    "👨‍👩‍👧‍👦 🧸",
    "confetti",
    "family families familia famille familie parents padres eltern семь* семей* οικογένεια kids children child kinder enfants hijos filhos son daughter",
  ),
  wish(
    "👵 💐",
    "confetti",
    "mom mum mother mama mami dad father papa grandma* grandmother* grandpa* grandfather grandparents abuela* abuelo* oma opa sister brother mutter mere madre",
  ),
  wish(
    "❤️ 💖 🌹",
    "confetti",
    "love loved loving romance romantic partner girlfriend boyfriend husband wife date dates dating soulmate relationship* forgive kiss amor amour liebe lieben novia novio heart любовь αγάπη 💕 💗 🩷 💙 💜",
  ),
  wish(
    "💍 👰",
    "confetti",
    "wedding* marry married engaged engagement propose boda casarme casar mariage marier hochzeit heiraten casamento bride 💒",
  ),
  wish(
    "👶 🍼",
    "dots",
    "baby babies pregnan* newborn bebe bebes enceinte schwanger embarazo embarazada become_a_mother become_a_mum become_a_mom become_a_dad become_a_father become_a_parent 🤰",
  ),
  wish(
    "🤗 🥳",
    "confetti",
    "friend* amigos amigas amis freunde freundschaft people social laugh fun",
    1.5,
  ),
  wish(
    "🎉 🎂 🎁",
    "confetti",
    "party celebrat* birthday* fiesta fete anniversary cumpleanos geburtstag gift* present presents regalo* cadeau* geschenk* christmas 🎄",
  ),
  wish(
    "🐶 🐾",
    "dots",
    "dog dogs puppy puppies perro perros hund hunde chien cachorro pet pets 🐕",
  ),
  wish("🐱", "dots", "cat cats kitten* gato gatos katze katzen chaton 🐈"),
  wish(
    "🤲 💝",
    "leaves",
    "volunteer* donat* charity charities help helping give_back kindness kind kinder_to community voluntari* benevol* ehrenamt* ayudar helfen",
  ),

  // Spirit
  wish(
    "🙏 ✨",
    "stars",
    "pray* faith god spiritual* worship grateful gratitude thankful thank rezar orar prier beten dios dieu gott deus bible jesus 🛐",
  ),
  wish("⛪", "stars", "church iglesia eglise kirche igreja mass"),
  wish("🕌 🕋", "stars", "mosque quran koran ramadan hajj umrah mecca makkah"),
  wish(
    "🕊️",
    "stars",
    "peace paz paix frieden freedom libertad liberte freiheit independen* let_go",
  ),
  wish(
    "😊 🌈 ☀️",
    "rays",
    "happy happier happiness joy smile positive sun sunshine glucklich feliz felicidad heureux bonheur",
    1.5,
  ),
  wish(
    "🦸 👑",
    "rays",
    "brave braver courage* confiden* fear* bold self_esteem mutig valiente stronger_person hero",
  ),
  wish(
    "⭐ 🌌",
    "stars",
    "star stars stargaz* northern_lights aurora milky_way estrellas etoiles sterne",
  ),
  wish(
    "🏆 🥇",
    "rays",
    "win winner champion* award* prize competition tournament medal* ganar gagner gewinnen olympic* oscar",
  ),
  wish("🎯", "arcs", "goal goals target meta ziel", 1),
];

/** For goals that no word explains: hopeful, and saying nothing in particular. More than 12. */
export const NEUTRAL: readonly Pick<Wish, "pictures" | "scene">[] = [
  ["🌟", "stars"],
  ["🎯", "arcs"],
  ["🌈", "hills"],
  ["💎", "dots"],
  ["🧭", "waves"],
  ["🦋", "leaves"],
  ["🔥", "rays"],
  ["🎈", "confetti"],
  ["🗝️", "arcs"],
  ["🍀", "leaves"],
  ["✨", "stars"],
  ["🌻", "rays"],
  ["⛵", "waves"],
  ["🏆", "confetti"],
].map(([picture, scene]) => ({ pictures: [picture as string], scene: scene as SceneKind }));

/** Every picture that a board may show, each once. */
export const PICTURES: readonly string[] = [
  ...new Set([...WISHES, ...NEUTRAL].flatMap((wish) => wish.pictures)),
];

/** Pictures that end in a straight cut below: busts and waters. They rise from the tile's lower edge. */
export const ROOTED: ReadonlySet<string> = new Set(
  "👨‍👩‍👧‍👦 🧑‍🏫 🧑‍💼 🧑‍💻 👰 🦸 🏊 🌊 🐴 🦄 🏔️ 🗻".split(" "),
);
