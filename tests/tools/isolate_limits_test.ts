/** Hosted's limits for the process of a function: see local-stack/isolate_limits.ts. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { startFunctions } from "../../tools/local-stack/functions.ts";
import { startGateway } from "../../tools/local-stack/gateway.ts";
import type { IsolateLimits } from "../../tools/local-stack/isolate_limits.ts";
import { makeProject, until } from "./stack_support.ts";

// `?cpu=200&turns=4` computes for 200 ms, with a turn of the event loop after each quarter.
// By the CPU's clock: on a busy machine another one would count what others use.
const WORK = `
  import process from "node:process";
  const cpuMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const say = (text: string) => console.log(text + " " + Deno.pid);
  addEventListener("beforeunload", (event) => say("beforeunload " + (event as CustomEvent).detail.reason));
  const later = () => new Promise((resolve) => setTimeout(resolve, 300));
  Deno.serve(async (request) => {
    const query = new URL(request.url).searchParams;
    if (query.has("wait")) {
      say("waits");
      await new Promise(() => {});
    }
    const turns = Number(query.get("turns") ?? 1);
    for (let turn = 0; turn < turns; turn++) {
      const start = cpuMs();
      while (cpuMs() - start < Number(query.get("cpu")) / turns);
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (query.has("later")) EdgeRuntime.waitUntil(later().then(() => say("later")));
    return new Response(String(Deno.pid));
  });
`;

const AMPLE = { softCpuMs: 60_000, hardCpuMs: 60_000, wallMs: 120_000 };

async function withFunction(
  limits: Partial<IsolateLimits>,
  use: (call: (query?: string) => Promise<[number, string]>, lines: string[]) => Promise<void>,
) {
  await using project = await makeProject({ "functions/busy/index.ts": WORK });
  const lines: string[] = [];
  const functions = startFunctions({
    project: project.directory,
    directory: join(project.directory, "supabase/functions"),
    env: {},
    isolates: { ...AMPLE, ...limits },
    onLog: (_name, line) => void lines.push(line),
  });
  const gateway = startGateway(0, () => {});
  gateway.open({
    api: () => Promise.resolve(new Response()),
    functions,
    verifiesJwt: () => false,
    isValidJwt: () => Promise.resolve(true),
  });
  try {
    await functions.ready("busy");
    await use(async (query = "") => {
      const answer = await fetch(`${gateway.url}/functions/v1/busy?${query}`);
      return [answer.status, await answer.text()];
    }, lines);
  } finally {
    await functions.stop();
    await gateway.stop();
  }
}

Deno.test("without limits reached one process serves all requests", async () => {
  await withFunction({}, async (call) => assertEquals(await call("cpu=100"), await call()));
});

Deno.test("CPU adds up over requests; past the soft limit new ones go to a new process", async () => {
  await withFunction({ softCpuMs: 600 }, async (call, lines) => {
    const says = (line: string) => until(line, () => lines.includes(line));
    const [, first] = await call("cpu=300");
    const held = call("wait");
    await says(`waits ${first}`);
    assertEquals(await call("cpu=400"), [200, first]);
    await until("the process is retired", () => lines.some((line) => /new process/.test(line)));
    assertNotEquals((await call())[1], first);
    assertEquals(lines.filter((line) => line.startsWith("beforeunload")), []);
    void held.catch(() => {}); // ends with the stack
  });
});

Deno.test("a retired process ends when its requests and its background work are done", async () => {
  await withFunction({ softCpuMs: 300 }, async (call, lines) => {
    const [, first] = await call("cpu=500&later");
    await until("it has ended", () => lines.includes(`beforeunload early_drop ${first}`));
    assertEquals(lines.filter((line) => line.endsWith(first)), [
      `later ${first}`,
      `beforeunload early_drop ${first}`,
    ]);
    assertNotEquals((await call())[1], first);
  });
});

Deno.test("it hears of the end at nine tenths of the hard limit, and is killed there: 546", async () => {
  await withFunction({ softCpuMs: 300, hardCpuMs: 800 }, async (call, lines) => {
    const [status, body] = await call("cpu=60000&turns=6000");
    assertEquals([status, JSON.parse(body).code], [546, "WORKER_LIMIT"]);
    assertEquals(lines.filter((line) => /^beforeunload cpu /.test(line)).length, 1);
    assertEquals((await call())[0], 200);
  });
});

Deno.test("one that never lets the event loop turn is killed unwarned", async () => {
  await withFunction({ softCpuMs: 300, hardCpuMs: 500 }, async (call, lines) => {
    assertEquals((await call("cpu=60000"))[0], 546);
    assertEquals(lines.filter((line) => line.startsWith("beforeunload")), []);
  });
});

Deno.test("a process is retired at half its time and killed at its end, warned before", async () => {
  await withFunction({ wallMs: 4_000 }, async (call, lines) => {
    const held = call("wait");
    await until("it has the request", () => lines.some((line) => line.startsWith("waits")));
    const first = lines[0]!.split(" ")[1];
    await until("it is retired", () => lines.some((line) => /new process/.test(line)));
    assertNotEquals((await call())[1], first);
    assertEquals((await held)[0], 546);
    assertEquals(lines.filter((line) => line.endsWith(` ${first}`)), [
      `waits ${first}`,
      `beforeunload wall_clock ${first}`,
    ]);
  });
});
