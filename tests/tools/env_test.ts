/** What `npm start` takes from the shell and from supabase/functions/.env. */
import { assertEquals, assertThrows } from "@std/assert";
import { functionsEnv, isOurQStash, portFrom } from "../../tools/commands/lib/env.ts";

Deno.test("the project's own variables are the stack's: none comes from a file", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "SUPABASE_URL=https://prod.example\nMAX_DAILY_JOBS=7\n");
    const { MAX_DAILY_JOBS, ...others } = await functionsEnv(file);
    assertEquals(MAX_DAILY_JOBS, "7");
    assertEquals(Object.keys(others).filter((name) => name.startsWith("SUPABASE_")), []);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("our own QStash is known by its port, and by the name that containers call it", () => {
  const ours = ["http://127.0.0.1:9090", "http://localhost:9090/", " http://127.0.0.1:9090"];
  const fromContainers = ["http://host.docker.internal:8080", "http://host.docker.internal:9090"];
  for (const url of [...ours, ...fromContainers]) assertEquals(isOurQStash(url, 9090), true, url);
  const others = [
    "http://127.0.0.1:8080",
    "https://qstash.upstash.io",
    "https://localhost:9090",
    "",
  ];
  for (const url of others) assertEquals(isOurQStash(url, 9090), false, url);
});

Deno.test("a port is digits, and blanks count as not set", () => {
  const name = "VISION_BOARD_TEST_PORT";
  try {
    for (
      const [value, port] of [["8080", 8080], [" 80 ", 80], ["0", 0], ["  ", 1], ["", 1]] as const
    ) {
      Deno.env.set(name, value);
      assertEquals(portFrom(name, 1), port, value);
    }
    for (const value of ["http", "0x50", "1e4", "65536", "-1", "80.0"]) {
      Deno.env.set(name, value);
      assertThrows(() => portFrom(name, 1), Error, name);
    }
  } finally {
    Deno.env.delete(name);
  }
});
