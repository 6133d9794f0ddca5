import { createClient } from "@supabase/supabase-js";
import { HEIGHT, imageSize, WIDTH } from "../../../../supabase/functions/_board/mod.ts";
import { BOARDS_BUCKET } from "../../../../supabase/functions/_shared/contract.ts";
import type { Database } from "../../../../supabase/functions/_shared/database.types.ts";
import { personOf } from "../person.ts";
import { type Deployment, soon } from "./deployment.ts";
import { type Check, fail, NotCheckedError, ok } from "./finding.ts";

/**
 * A throw-away person makes a board, as the page does. The secret key creates them with a confirmed
 * address, so that no mail is sent; both go in the end, whatever happened.
 */
export const boardCheck: Check<Deployment> = {
  label: "A board",
  async run(deployment) {
    const { keys, admin, supabaseUrl, project } = deployment;
    const { publishable } = await keys();
    if (!publishable) throw new NotCheckedError("there is no publishable key: see Keys.");
    const supabase = await admin();
    const [email, password] = [`doctor-${crypto.randomUUID()}@example.com`, crypto.randomUUID()];
    const created = await supabase.auth.admin.createUser({ email, password, email_confirm: true });
    if (created.error) return fail(`nobody can be signed up: ${created.error.message}.`);
    try {
      const client = createClient<Database>(supabaseUrl, publishable, {
        auth: { persistSession: false, autoRefreshToken: false },
      });
      const { error } = await client.auth.signInWithPassword({ email, password });
      if (error) return fail(`somebody with a confirmed address cannot sign in: ${error.message}.`);
      const started = performance.now();
      const person = personOf(client, { begin() {}, done() {} });
      const request = { goals: ["See that everything works"], name: "Doctor" };
      const { id } = await person.createJob(request);
      const { image_url, image_storage_path } = await person.waitForBoard(id);
      const took = (performance.now() - started) / 1000;
      const bytes = await (await fetch(image_url!, { signal: soon() })).bytes();
      // not left to the sweep, which removes it with other boards of deleted people
      if (image_storage_path) {
        await supabase.storage.from(BOARDS_BUCKET).remove([image_storage_path]);
      }
      return judge(bytes, project.secrets.BOARD_SIZE === "print" ? 2 : 1, took);
    } catch (error) {
      return fail(
        `${error instanceof Error ? error.message : error}. The functions' logs say more.`,
      );
    } finally {
      await supabase.auth.admin.deleteUser(created.data.user.id);
    }
  },
};

function judge(bytes: Uint8Array, ratio: number, took: number) {
  const { width, height } = imageSize(bytes) ?? {};
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  return isJpeg && width === WIDTH * ratio && height === HEIGHT * ratio
    ? ok(
      `${width}×${height}, ${Math.round(bytes.length / 1000)} KB, in ${took.toFixed(1)} s; removed`,
    )
    : fail(`is no JPEG of ${WIDTH * ratio}×${HEIGHT * ratio}.`);
}
