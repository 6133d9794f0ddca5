/** The part of GoTrue's admin API that lite lacks and scripts use: creating, confirming, deleting users. */
import type { Row, Sql } from "postgres";

interface UserInput {
  email?: string;
  password?: string;
  email_confirm?: boolean;
  user_metadata?: Record<string, never>;
  app_metadata?: Record<string, never>;
  should_soft_delete?: boolean;
}

/**
 * Answers `/auth/v1/admin/users` and `/auth/v1/admin/users/<id>`. The caller has checked the secret key.
 * Works on auth.users as GoTrue does: insert first, confirm afterwards, in one transaction.
 */
export async function adminUsers(request: Request, id: string, sql: Sql): Promise<Response> {
  try {
    const input: UserInput = JSON.parse(await request.text() || "{}");
    switch (`${request.method} ${id === "" ? "users" : "user"}`) {
      case "POST users":
        return await create(sql, input);
      case "GET user": // the SDK looks before it deletes
        return answer(await sql`select * from auth.users where id = ${id}`);
      case "PUT user":
        return await update(sql, id, input);
      case "DELETE user":
        return input.should_soft_delete
          ? await softDelete(sql, id)
          : answer(await sql`delete from auth.users where id = ${id} returning *`);
    }
    return authError(405, "bad_method", "Method not allowed");
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "23505") {
      const message = "A user with this email address has already been registered";
      return authError(422, "email_exists", message);
    }
    if (code === "22P02") return authError(404, "user_not_found", "User not found");
    return authError(error instanceof SyntaxError ? 400 : 500, "unexpected_failure", message);
  }
}

async function create(sql: Sql, input: UserInput): Promise<Response> {
  const { password = null, email_confirm, user_metadata = {} } = input;
  if (!input.email?.includes("@")) {
    return authError(400, "validation_failed", "Cannot create a user without a valid email");
  }
  const id = crypto.randomUUID();
  const email = input.email.toLowerCase();
  const identity = { sub: id, email, email_verified: false, phone_verified: false };
  const app_metadata = { provider: "email", providers: ["email"], ...input.app_metadata };
  return await sql.begin(async (tx) => {
    // bcrypt of cost 10, as GoTrue; null without a password
    await tx`insert into auth.users (id, email, encrypted_password, raw_app_meta_data, raw_user_meta_data)
      values (${id}, ${email}, extensions.crypt(${password}, extensions.gen_salt('bf', 10)),
        ${tx.json(app_metadata)}, ${tx.json(user_metadata)})`;
    await tx`insert into auth.identities (id, provider, provider_id, user_id, identity_data)
      values (gen_random_uuid(), 'email', ${id}, ${id}, ${tx.json(identity)})`;
    if (email_confirm) await tx`update auth.users set email_confirmed_at = now() where id = ${id}`;
    return answer(await tx`select * from auth.users where id = ${id}`);
  });
}

async function update(sql: Sql, id: string, input: UserInput): Promise<Response> {
  const { email = null, email_confirm = false, ...others } = input;
  if (Object.keys(others).length > 0) {
    return authError(
      400,
      "validation_failed",
      "The local stack changes email and email_confirm only",
    );
  }
  return await sql.begin(async (tx) => {
    await tx`update auth.identities
      set identity_data = identity_data || ${tx.json({ email: email?.toLowerCase() ?? null })}
      where user_id = ${id} and provider = 'email' and ${email !== null}`;
    return answer(
      await tx`update auth.users set email = coalesce(lower(${email}), email), updated_at = now(),
        email_confirmed_at = case when ${email_confirm}
          then coalesce(email_confirmed_at, now()) else email_confirmed_at end
        where id = ${id} returning *`,
    );
  });
}

/** Keeps the account's row without what tells whose it was, as GoTrue's SoftDeleteUser. */
async function softDelete(sql: Sql, id: string): Promise<Response> {
  return await sql.begin(async (tx) => {
    await tx`delete from auth.sessions where user_id = ${id}`;
    await tx`delete from auth.identities where user_id = ${id}`;
    return answer(
      await tx`update auth.users set deleted_at = now(), encrypted_password = null,
        email = encode(extensions.digest(id || email, 'sha256'), 'base64'),
        raw_user_meta_data = '{}', raw_app_meta_data = '{}'
        where id = ${id} returning *`,
    );
  });
}

function answer([user]: readonly Row[]): Response {
  if (user === undefined) return authError(404, "user_not_found", "User not found");
  const { id, aud, role, email, email_confirmed_at, created_at, updated_at } = user;
  return Response.json({
    ...{ id, aud, role, email, email_confirmed_at, created_at, updated_at, identities: [] },
    ...{ app_metadata: user.raw_app_meta_data, user_metadata: user.raw_user_meta_data },
  });
}

/** An error as GoTrue answers it. */
export function authError(status: number, error_code: string, msg: string): Response {
  return Response.json({ code: status, error_code, msg }, { status });
}
