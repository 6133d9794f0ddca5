/**
 * A temporary directory for a command's children, as open as /tmp: as root, Postgres runs as another
 * user. What they leave there when they are killed goes with it.
 */
export async function temporaryDirectory(prefix: string): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix });
  await Deno.chmod(directory, 0o1777);
  return directory;
}

/** Removes it, though processes that were just ended may still write for a moment. */
export async function removeTemporary(directory: string): Promise<void> {
  for (let attempt = 1; attempt <= 20; attempt++) {
    const removed = await Deno.remove(directory, { recursive: true }).then(
      () => true,
      (error) => error instanceof Deno.errors.NotFound,
    );
    if (removed) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
