import type { BoardInput } from "../../../supabase/functions/_board/draw.ts";
import { sampleGoals } from "../../commands/lib/samples.ts";

/** What every way draws: eight goals. */
export const input: BoardInput = {
  goals: sampleGoals.slice(0, 8),
  name: "Ava",
  rankTag: "@ava",
  theme: "light",
  date: new Date("2026-11-23"),
};
