/** What a board may need from the bucket `board-assets`: a file in it, or a part of one. */
export interface Asset {
  /** Its name holds the file's own hash, so that two versions of the functions find theirs side by side. */
  readonly file: string;
  /** Where the part begins and ends in the file, in bytes. Without, it is the whole file. */
  readonly part?: readonly [from: number, to: number];
  /** The first half of its SHA-256, in hexadecimal. */
  readonly hash: string;
}

/** Bytes of assets by their hash. */
export type Assets = ReadonlyMap<string, Uint8Array>;
