import { assertEquals } from "@std/assert";

/** For one file and the start; they take milliseconds. */
const SECONDS = 30;

/**
 * Decodes files in a process of its own: only from outside one sees a codec hang or print.
 * @returns of each file `24 16` or the error's message, and how many megabytes codecs hold at last
 */
export async function decodeElsewhere(files: readonly Uint8Array[]) {
  const script = new URL("decode_files.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--v8-flags=--expose-gc", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = new Response(child.stderr).text();
  await new Blob([JSON.stringify(files.map((file) => file.toBase64()))]).stream().pipeTo(
    child.stdin,
  );
  const kill = () => child.kill("SIGKILL");
  let output = "";
  let hang = setTimeout(kill, SECONDS * 1000);
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    clearTimeout(hang);
    hang = setTimeout(kill, SECONDS * 1000);
    output += part;
  }
  clearTimeout(hang);
  await child.status;
  assertEquals(await printed, "");
  const lines = output.trimEnd().split("\n");
  const ended = files[lines.length - Number(output === "")]?.toBase64();
  assertEquals(lines.length, files.length + 1, `hangs, dies or prints: ${ended}`);
  return { decoded: lines.slice(0, -1), megabytes: Number(lines.at(-1)) };
}
