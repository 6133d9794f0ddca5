/** How the gateway runs edge functions: see local-stack/gateway.ts and function_process.ts. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { signUp, steps, until, withStack } from "./stack_support.ts";

const PROJECT = {
  "config.toml": `
[functions.echo]
verify_jwt = false
[functions.exported]
verify_jwt = false
[functions.broken]
verify_jwt = false
[functions.slow]
verify_jwt = false
`,
  "functions/_shared/word.ts": `export const word = "first";`,
  "functions/echo/deno.json": `{ "imports": {} }`,
  "functions/echo/index.ts": `
    import { word } from "../_shared/word.ts";
    Deno.serve(async (request) => {
      const { pathname, search } = new URL(request.url);
      if (pathname === "/echo/body") return new Response(request.body);
      if (pathname === "/echo/env") return Response.json(Deno.env.toObject());
      if (pathname === "/echo/read") return new Response(await Deno.readTextFile("/etc/hostname"));
      return Response.json({ path: pathname + search, word, method: request.method });
    });
  `,
  "functions/exported/index.ts": `
    export default { fetch: (request: Request) => new Response(request.headers.get("x-say")) };
  `,
  "functions/guarded/index.ts": `Deno.serve(() => new Response("in"));`,
  "functions/broken/index.ts": `throw new Error("no luck");`,
  "functions/slow/index.ts": `
    Deno.serve({ port: 8000 }, (request) => {
      if (new URL(request.url).searchParams.has("spin")) {
        console.log("spins");
        while (true);
      }
      console.log("began");
      request.signal.addEventListener("abort", () => console.log("aborted"));
      return new Promise<Response>(() => {});
    });
  `,
};

Deno.test("the gateway runs functions as the hosted runtime does", async (t) => {
  const lines: string[] = [];
  const onLog = (source: string, line: string) => void lines.push(`${source}: ${line}`);
  const logged = (text: string) =>
    until(`the log says ${text}`, () => lines.some((l) => l.includes(text)));

  await withStack(PROJECT, async (stack, project) => {
    const step = steps(t);
    const functions = `${stack.env.SUPABASE_URL}/functions/v1`;
    const call = (path: string, init?: RequestInit) => fetch(`${functions}/${path}`, init);
    const json = async (path: string, init?: RequestInit) => {
      const response = await call(path, init);
      return [response.status, await response.json()];
    };

    await step("a function sees its own name at the start of the path, and the query", async () => {
      const [status, body] = await json("echo/a%20b/c?x=1&y=%2F", { method: "DELETE" });
      assertEquals(status, 200);
      assertEquals(body, { path: "/echo/a%20b/c?x=1&y=%2F", word: "first", method: "DELETE" });
    });

    await step("a default export with fetch is a function too", async () => {
      assertEquals(
        await (await call("exported", { headers: { "x-say": "hello" } })).text(),
        "hello",
      );
    });

    await step(
      "functions get the hosted environment and the project's secrets, nothing else",
      async () => {
        const [, env] = await json("echo/env");
        for (
          const name of ["PATH", "HOME", "DENO_DIR", "NO_COLOR", "DENO_NO_UPDATE_CHECK"]
        ) delete env[name];
        assertEquals(Object.keys(env).sort(), [
          "DENO_DEPLOYMENT_ID",
          "MY_SECRET",
          "QSTASH_CURRENT_SIGNING_KEY",
          "QSTASH_NEXT_SIGNING_KEY",
          "QSTASH_TOKEN",
          "QSTASH_URL",
          "SB_EXECUTION_ID",
          "SB_REGION",
          "SUPABASE_ANON_KEY",
          "SUPABASE_DB_URL",
          "SUPABASE_JWKS",
          "SUPABASE_PUBLISHABLE_KEYS",
          "SUPABASE_SECRET_KEYS",
          "SUPABASE_SERVICE_ROLE_KEY",
          "SUPABASE_URL",
        ]);
        assertEquals(env.SUPABASE_URL, stack.env.SUPABASE_URL);
        assertEquals(JSON.parse(env.SUPABASE_SECRET_KEYS), {
          default: stack.env.SUPABASE_SECRET_KEY,
        });
        const user = crypto.randomUUID();
        const legacy = await fetch(`${env.SUPABASE_URL}/auth/v1/admin/users/${user}`, {
          headers: {
            apikey: env.SUPABASE_SERVICE_ROLE_KEY,
            authorization: `Bearer ${env.SUPABASE_SERVICE_ROLE_KEY}`,
          },
        });
        assertEquals(legacy.status, 404, "no such user, which only the secret key may ask");
        await legacy.body?.cancel();
      },
    );

    await step("functions read their own files only", async () => {
      assertEquals((await call("echo/read").then((r) => (r.body?.cancel(), r))).status, 500);
    });

    await step("an unknown function is 404, a path beside the APIs too", async () => {
      assertEquals((await json("nothing"))[0], 404);
      assertEquals((await json("_shared"))[0], 404);
      const response = await fetch(`${stack.env.SUPABASE_URL}/elsewhere`);
      assertEquals([response.status, (await response.json()).message], [
        404,
        "no Route matched with those values",
      ]);
    });

    await step("a function that does not start is 503 BOOT_ERROR", async () => {
      const [status, body] = await json("broken");
      assertEquals([status, body.code], [503, "BOOT_ERROR"]);
      await logged("no luck");
    });

    await step("without verify_jwt = false only valid tokens pass, and preflights", async () => {
      const { session } = await signUp(stack);
      const bearer = (token: string) =>
        call("guarded", { headers: { authorization: `Bearer ${token}` } });
      for (
        const refused of [call("guarded"), bearer("a.b.c"), bearer(stack.env.SUPABASE_SECRET_KEY)]
      ) {
        const response = await refused;
        assertEquals(response.status, 401);
        await response.body?.cancel();
      }
      assertEquals(await (await bearer(session.access_token)).text(), "in");
      assertEquals(await (await call("guarded", { method: "OPTIONS" })).text(), "in");
    });

    await step(
      "bodies of any size are streamed both ways: the answer begins before the question ends",
      async () => {
        const chunk = new Uint8Array(1 << 20).fill(7);
        const heard = Promise.withResolvers<void>();
        let sent = 0;
        const body = new ReadableStream({
          async pull(controller) {
            if (sent === 1) await heard.promise;
            if (sent++ === 40) return controller.close();
            controller.enqueue(chunk);
          },
        });
        const response = await call("echo/body", { method: "POST", body });
        let received = 0;
        for await (const part of response.body!) {
          received += part.length;
          heard.resolve();
        }
        assertEquals(received, 40 * chunk.length);
      },
    );

    await step(
      "the function learns that its caller has gone, and goes on serving others",
      async () => {
        const caller = new AbortController();
        const answer = call("slow", { signal: caller.signal }).catch((error) => error.name);
        await logged("slow: began");
        caller.abort();
        assertEquals(await answer, "AbortError");
        await logged("slow: aborted");
      },
    );

    await step("a killed function fails the request it had with 500 WORKER_ERROR", async () => {
      lines.length = 0;
      const answer = json("slow");
      await logged("slow: began");
      stack.functions.kill("slow", "SIGKILL");
      const [status, body] = await answer;
      assertEquals([status, body.code], [500, "WORKER_ERROR"]);
    });

    await step("and is started again; requests meanwhile wait for it", async () => {
      const before = stack.functions.pid("echo");
      const restarted = stack.functions.restarted("echo");
      stack.functions.kill("echo", "SIGKILL");
      assertEquals((await json("echo"))[0], 200);
      await restarted;
      assertNotEquals(stack.functions.pid("echo"), before);
    });

    await step(
      "a change of shared code starts all functions anew, one of a function only that one",
      async () => {
        const exported = stack.functions.pid("exported");
        let restarted = stack.functions.restarted("echo");
        await Deno.writeTextFile(
          join(project, "supabase/functions/_shared/word.ts"),
          `export const word = "second";`,
        );
        await restarted;
        await stack.functions.ready("exported");
        assertEquals((await json("echo"))[1].word, "second");
        const later = stack.functions.pid("exported");
        assertNotEquals(later, exported);

        restarted = stack.functions.restarted("broken");
        await Deno.writeTextFile(
          join(project, "supabase/functions/broken/index.ts"),
          `Deno.serve(() => Response.json("mended"));`,
        );
        await restarted;
        assertEquals(await json("broken"), [200, "mended"]);
        assertEquals(stack.functions.pid("exported"), later);
      },
    );

    await step("a new folder is a new function", async () => {
      await Deno.mkdir(join(project, "supabase/functions/late"));
      await Deno.writeTextFile(
        join(project, "supabase/functions/late/index.ts"),
        PROJECT["functions/guarded/index.ts"],
      );
      await until("the function late is known", () => stack.functions.names().includes("late"));
      await stack.functions.ready("late");
      const response = await call("late", { method: "OPTIONS" });
      assertEquals(await response.text(), "in");
    });

    await step("the stack ends while a function spins", async () => {
      void call("slow?spin").catch(() => {}).then((response) => response?.body?.cancel());
      await logged("slow: spins");
    });
  }, { watch: true, onLog, functionsEnv: { MY_SECRET: "s3cret" } });
});
