/** HTTP by hand, for requests that `fetch` does not send. */

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Bytes of the body that the other side took before it answered. */
  sent: number;
}

/**
 * Sends a request as it is written, its path too: the head's lines, then the body's parts one after the
 * other until the answer begins. Null if the connection ends without an answer, or there is none within 10 s.
 * @param how `hangUp`: closes the connection after the last part, without waiting for an answer
 */
export async function rawRequest(
  url: string,
  method: string,
  head: string[],
  parts: Iterable<Uint8Array> = [],
  how: { hangUp?: boolean } = {},
): Promise<RawAnswer | null> {
  // not by new URL(), which tidies paths up
  const [, hostname, port, target] = /^http:\/\/([^:/]+):(\d+)(.*)$/.exec(url)!;
  const connection = await Deno.connect({ hostname: hostname!, port: Number(port) });
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    "Connection: close",
    ...head,
  ];
  await writeAll(connection, new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  const answer = how.hangUp ? Promise.resolve("") : readToEnd(connection);
  const late = setTimeout(() => connection.close(), 10_000);
  let answered = false;
  void answer.then(() => answered = true);
  let sent = 0;
  try {
    for (const part of parts) {
      if (answered) break;
      await writeAll(connection, part);
      sent += part.length;
      await new Promise((resolve) => setTimeout(resolve)); // so that an answer can come in between
    }
  } catch { /* the other side has hung up: its answer tells why */ }
  const text = await answer;
  clearTimeout(late);
  try {
    connection.close();
  } catch { /* it was too late */ }
  const [, status, fields, body] = /^HTTP\/1\.1 (\d+)[^\n]*\n([^]*?)\r\n\r\n([^]*)$/.exec(text) ??
    [];
  if (!status) return null;
  const headers = new Headers(
    fields!.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as [string, string];
    }),
  );
  return { status: Number(status), headers, text: body!, sent };
}

/** A part of a body with `Transfer-Encoding: chunked`; an empty one ends it. */
export function chunk(bytes: Uint8Array): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  return new Uint8Array([
    ...encode(`${bytes.length.toString(16)}\r\n`),
    ...bytes,
    ...encode("\r\n"),
  ]);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array) {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Until the answer's end, or until the other side closes or resets the connection. */
async function readToEnd(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      text += new TextDecoder().decode(buffer.subarray(0, n));
      if (isWhole(text)) break;
    }
  } catch { /* a reset after the answer: what was read counts */ }
  return text;
}

function isWhole(text: string): boolean {
  const [head] = /^[^]*?\r\n\r\n/.exec(text) ?? [];
  if (!head) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) return /\r\n0\r\n\r\n$/.test(text) || /^HTTP\/1.1 204/.test(head);
  return text.length >= head.length + Number(length);
}
