/** The page in Chromium, on a real stack. One file, so that all of it shares one stack and one browser. */
import "./cases/journey.ts";
import "./cases/writing.ts";
import "./cases/keyboard.ts";
import "./cases/retries.ts";
import "./cases/interruptions.ts";
import "./cases/refusals.ts";
import "./cases/sign_in.ts";
import "./cases/sharing.ts";
import "./cases/gallery.ts";
import "./cases/phone.ts";
import "./cases/speed.ts";
