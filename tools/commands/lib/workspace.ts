/** Copies of this repository in which something may be changed and tried. */
import { dirname, join } from "node:path";
import { run } from "../../checks/database_types.ts";
import type { Workspace } from "./test_run.ts";

/**
 * Copies what git knows or would add, as it is in the working tree. node_modules is a link: it has 500 MB,
 * and neither Deno with `nodeModulesDir: manual` nor the stack writes into it.
 */
export async function copyProject(project: string, directory: string): Promise<Workspace> {
  const workspace = { project: join(directory, "project"), scratch: join(directory, "scratch") };
  const temporary = join(workspace.scratch, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  await Deno.chmod(temporary, 0o1777); // as /tmp
  const list = await run("git", ["-C", project, "ls-files", "-coz", "--exclude-standard"]);
  for (const file of list.split("\0").filter(Boolean)) {
    const target = join(workspace.project, file);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(join(project, file), target).catch((error) => {
      // listed by git, but deleted here
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  const modules = await Deno.realPath(join(project, "node_modules"));
  await Deno.symlink(modules, join(workspace.project, "node_modules"));
  return workspace;
}
