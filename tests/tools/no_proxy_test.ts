/** A proxy that the machine has set is not asked for what runs on the machine. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { noProxy } from "../../tools/local-stack/no_proxy.ts";
import { freePort } from "../../tools/local-stack/postgres.ts";
import { REPOSITORY } from "../../tools/local-stack/project.ts";
import { makeProject } from "./stack_support.ts";

// Starts what the stack and QStash listen with, and asks a function that asks the gateway.
const SCRIPT = `
import { startFunctions } from "${join(REPOSITORY, "tools/local-stack/functions.ts")}";
import { startGateway } from "${join(REPOSITORY, "tools/local-stack/gateway.ts")}";
import { startQStash } from "${join(REPOSITORY, "tools/local-stack/qstash/server.ts")}";
const [project, proxy] = Deno.args;
const gateway = startGateway(0, () => {});
const functions = startFunctions({
  project, env: { SUPABASE_URL: gateway.url, https_proxy: proxy, HTTP_PROXY: proxy }, onLog() {},
});
gateway.open({
  api: () => Promise.resolve(new Response("api")), functions,
  verifiesJwt: () => false, isValidJwt: () => Promise.resolve(true),
});
const qstash = startQStash({ port: 0, log() {} });
const ask = (url) => fetch(url).then((answer) => answer.text(), (error) => error.message);
const answers = [
  await ask(gateway.url + "/functions/v1/ask"),
  await ask(gateway.url.replace("127.0.0.1", "localhost") + "/rest/v1/"),
  (await fetch(qstash.url + "/v2/keys").catch(() => ({ status: 0 }))).status > 0,
];
console.log(JSON.stringify(answers));
Deno.exit();
`;
const FUNCTION = `
  const url = Deno.env.get("SUPABASE_URL") + "/rest/v1/";
  Deno.serve(async () => new Response(await (await fetch(url)).text()));
`;

for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
  Deno.test(`with ${name} set the local stack reaches itself`, async () => {
    await using project = await makeProject({
      "functions/ask/index.ts": FUNCTION,
      "../script.ts": SCRIPT,
    });
    const proxy = `http://127.0.0.1:${freePort()}`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-check", "--allow-all", "--config"],
        ...[join(REPOSITORY, "deno.json"), join(project.directory, "script.ts")],
        ...[project.directory, proxy],
      ],
      env: { [name]: proxy },
      cwd: REPOSITORY,
    }).output();
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), ["api", "api", true]);
  });
}

Deno.test("loopback is added to what NO_PROXY says, where there is a proxy", () => {
  assertEquals(noProxy({ NO_PROXY: "example.com" }), {});
  const value = "example.com,localhost,127.0.0.1,[::1],::1";
  const env = { HTTPS_PROXY: "http://proxy:1", no_proxy: "example.com,localhost" };
  assertEquals(noProxy(env), { NO_PROXY: value, no_proxy: value });
});
