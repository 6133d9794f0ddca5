/** Debian's Postgres 15 with plpgsql_check, as a throw-away server. */
import { join } from "node:path";
import { eachLine, spawnBound } from "../../local-stack/child_process.ts";
import { freePort } from "../../local-stack/postgres.ts";
import { giveTo, postgresUser, temporaryDirectory } from "../../local-stack/postgres_files.ts";
import { run } from "../../checks/database_types.ts";

const programs = "/usr/lib/postgresql/15/bin";
const extension = "/usr/share/postgresql/15/extension/plpgsql_check.control";
const packages = ["postgresql-15", "postgresql-15-plpgsql-check"];

/**
 * Starts a server on a free port of 127.0.0.1; about 3 s. It ends with this process.
 * @throws one sentence if the packages are missing and cannot be installed
 */
export async function startDebianPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  await install();
  const user = await postgresUser(); // Postgres refuses root
  const directory = await temporaryDirectory(user);
  const data = join(directory, "data");
  const started = Promise.withResolvers<boolean>();
  const said: string[] = [];
  const spawn = (program: string, args: string[], last: boolean) => {
    const child = spawnBound({
      command: join(programs, program),
      args,
      signal: "QUIT",
      remove: directory,
      keepOnSuccess: !last,
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
      ...user,
    });
    for (const output of [child.stdout, child.stderr]) {
      void eachLine(output, (line) => {
        said.push(line);
        if (line.includes("ready to accept connections")) started.resolve(true);
      });
    }
    return child;
  };

  await Deno.mkdir(data, { mode: 0o700 });
  await giveTo(user, data);
  const options = ["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"];
  const { code } = await spawn("initdb", ["-D", data, ...options], false).ended;
  if (code !== 0) throw new Error(`initdb failed: ${said.slice(-3).join(" ")}`);

  const port = freePort();
  const settings = [
    ...["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "fsync=off"],
    "wal_level=logical",
  ];
  const server = spawn("postgres", ["-D", data, ...settings.flatMap((s) => ["-c", s])], true);
  const ended = server.ended.then(() => false);
  if (!await Promise.race([started.promise, ended])) {
    throw new Error(`Postgres did not start: ${said.slice(-3).join(" ")}`);
  }
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop: server.stop };
}

async function install(): Promise<void> {
  const present = await Deno.stat(extension).then(() => true, () => false);
  if (present) return;
  const command = `apt-get install --no-install-recommends ${packages.join(" ")}`;
  const missing =
    `plpgsql_check for Postgres 15 is missing: install it with ${command} (Debian 12).`;
  const debian = await Deno.stat("/usr/bin/apt-get").then(() => true, () => false);
  if (Deno.uid() !== 0 || !debian) throw new Error(missing);
  const apt = (...args: string[]) =>
    run("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args]);
  const install = () => apt("install", "-y", "--no-install-recommends", ...packages);
  try {
    await install().catch(async () => {
      await apt("update"); // an image's lists are old, or not there
      await install();
    });
  } catch (error) {
    throw new Error(`${missing}\n${(error as Error).message}`);
  }
}
