import { assertEquals } from "@std/assert";
import { test, until } from "../../support/test_stack.ts";
import { Arena } from "./arena.ts";
import { clearUp, rest, verify } from "./invariants.ts";

/** An arena with sweeps for the tests of a file. */
export function useArena(...sizes: Parameters<typeof Arena.start>): () => Arena {
  let arena: Arena | undefined;
  Deno.test.beforeAll(async () => {
    arena = await Arena.start(...sizes);
    arena.startSweeping();
  });
  Deno.test.afterAll(async () => await arena?.stop());
  return () => arena!;
}

/** The file's last test: after all of that, the invariants hold. */
export function testInvariants(arena: () => Arena): void {
  test("after all of that: nothing lost, nothing done twice, nothing left over", async () => {
    await rest(arena());
    await clearUp(arena());
    assertEquals((await verify(arena())).violations, []);
  });
}

/** The job's row when it has ended, which may take it so many seconds. */
export const ended = (arena: Arena, id: string, seconds = 60) =>
  until(async () => {
    const row = await arena.read(id);
    return row && ["complete", "failed"].includes(row.status) && row;
  }, seconds);
