/** Storage objects as files: a line of JSON, then the bytes. lite has such an adapter, unexported. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";

interface ObjectMetadata {
  cacheControl: string;
  contentLength: number;
  size: number;
  mimetype: string;
  lastModified: Date;
  eTag: string;
  httpStatusCode: number;
}

type Body = Uint8Array | ReadableStream<Uint8Array> | Blob;

/**
 * lite's `StorageAdapter`. The `version` in its signatures is ignored: lite changes it on upsert without
 * saying so here.
 */
export class FileObjects {
  readonly driver = null;

  /** @param directory must exist */
  constructor(private readonly directory: string) {}

  async uploadObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    body: Body,
    mimetype: string,
    cacheControl: string,
  ): Promise<ObjectMetadata> {
    const bytes = new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
    const metadata: ObjectMetadata = {
      cacheControl,
      contentLength: bytes.length,
      size: bytes.length,
      mimetype,
      lastModified: new Date(),
      eTag: `"${createHash("md5").update(bytes).digest("hex")}"`,
      httpStatusCode: 200,
    };
    await this.write(bucket, key, metadata, bytes);
    return metadata;
  }

  async getObject(bucket: string, key: string) {
    const { metadata, bytes } = await this.read(bucket, key);
    return {
      metadata,
      httpStatusCode: 200,
      body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    };
  }

  async headObject(bucket: string, key: string): Promise<ObjectMetadata> {
    return (await this.read(bucket, key)).metadata;
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    await Deno.remove(this.path(bucket, key)).catch(ignoreMissing);
  }

  async deleteObjects(bucket: string, keys: string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.deleteObject(bucket, key)));
  }

  async copyObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    toBucket: string,
    toKey: string,
  ) {
    const { metadata, bytes } = await this.read(bucket, key);
    const copied = { ...metadata, lastModified: new Date() };
    await this.write(toBucket, toKey, copied, bytes);
    return { httpStatusCode: 200, eTag: copied.eTag, lastModified: copied.lastModified };
  }

  /** Hashed: no key can name a path outside, and length and case of keys do not matter. */
  private path(bucket: string, key: string): string {
    return join(this.directory, createHash("sha256").update(`${bucket}/${key}`).digest("hex"));
  }

  private async read(bucket: string, key: string) {
    const file = await Deno.readFile(this.path(bucket, key));
    const end = file.indexOf(10); // JSON.stringify writes no newline
    const metadata = JSON.parse(new TextDecoder().decode(file.subarray(0, end))) as ObjectMetadata;
    metadata.lastModified = new Date(metadata.lastModified);
    return { metadata, bytes: file.subarray(end + 1) };
  }

  /** Renames at the end: a process killed half-way leaves no half object. */
  private async write(bucket: string, key: string, metadata: ObjectMetadata, bytes: Uint8Array) {
    const temporary = join(this.directory, `new-${crypto.randomUUID()}`);
    const head = new TextEncoder().encode(JSON.stringify({ bucket, key, ...metadata }) + "\n");
    await Deno.writeFile(temporary, new Blob([head, bytes as Uint8Array<ArrayBuffer>]).stream());
    await Deno.rename(temporary, this.path(bucket, key));
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
