/** People who ask for boards at the same time, as the page does: functions, queue, storage, drawing. */
import { createBoard, isRunning, watchBoard } from "../../web/src/vision_boards.ts";
import { sampleGoals } from "../commands/lib/samples.ts";
import { openStack } from "./bench_stack.ts";
import { type Bench, median, newTable, takeTurns } from "./rounds.ts";

const NOTE =
  `Boards of ${sampleGoals.length} goals, all asked for at once. Functions, queue, storage, database, ` +
  "gateway and the people who watch share this machine. They watch as the page does: every 0.4 s at " +
  "first, every 5 s in the end.";

export async function measure(bench: Bench) {
  /** By job, when each event was logged. */
  const logged = new Map<string, Record<string, number>>();
  const stack = await openStack(bench, (_source, line) => {
    if (!line.startsWith("{")) return;
    const { job_id, event, at } = JSON.parse(line);
    if (job_id) logged.set(job_id, { ...logged.get(job_id), [event]: Date.parse(at) });
  });
  bench.steps.begin("Signing people up");
  const people: Awaited<ReturnType<typeof stack.signUp>>[] = [];
  while (people.length < Math.max(...bench.people)) people.push(await stack.signUp());

  /** Milliseconds from the request to each of its stages. Throws if the board is lost. */
  async function askForBoard({ supabase }: typeof people[0]) {
    const start = Date.now();
    const wish = { goals: sampleGoals, name: "Ava", rank_tag: "@ava" };
    const { id } = await createBoard(supabase, wish, crypto.randomUUID());
    const accepted = Date.now() - start;
    const { resolve, promise: ended } = Promise.withResolvers<string>();
    watchBoard(supabase, id, (board) => {
      if (!board || !isRunning(board)) resolve(board?.status ?? "gone");
    });
    if (await ended !== "complete") throw new Error(`A board is ${await ended}.`);
    const seen = Date.now() - start;
    const logs = logged.get(id)!;
    const [claimed, drawn, complete] = ["job_claimed", "board_drawn", "job_completed"]
      .map((event) => logs[event]! - start) as [number, number, number];
    return { accepted, claimed, drawn, complete, seen };
  }

  const turn = (count: number) => async () => {
    const started = performance.now();
    const asked = await Promise.allSettled(people.slice(0, count).map(askForBoard));
    const seconds = (performance.now() - started) / 1000;
    const boards = asked.filter((one) => one.status === "fulfilled").map((one) => one.value);
    const middle = (stage: keyof typeof boards[0]) =>
      boards.length === 0 ? Infinity : median(boards.map((board) => board[stage]));
    return {
      accepted: middle("accepted"),
      claimed: middle("claimed"),
      drawn: middle("drawn"),
      complete: middle("complete"),
      seen: middle("seen"),
      rate: boards.length / seconds,
      lost: asked.length - boards.length,
    };
  };
  await askForBoard(people[0]!); // starts the engine
  const stages = newTable("The whole way, p50 in ms from the request on", NOTE, "whole_way");
  const boards = newTable("The whole way: boards", NOTE);
  const turns = Object.fromEntries(
    bench.people.map((n) => [n === 1 ? "1 person" : `${n} people`, turn(n)]),
  );
  await takeTurns(bench, "Making boards", turns, {
    accepted: [stages, "accepted"],
    claimed: [stages, "claimed"],
    drawn: [stages, "drawn"],
    complete: [stages, "complete"],
    seen: [stages, "seen"],
    rate: [boards, "boards a second"],
    lost: [boards, "lost in a round"],
  });
  return [stages, boards];
}
