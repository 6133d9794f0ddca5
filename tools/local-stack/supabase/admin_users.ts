/** The part of GoTrue's admin API that lite lacks and scripts use: making, changing and deleting users. */
import type { Row, Sql, TransactionSql } from "postgres";

interface UserInput {
  email?: string;
  password?: string;
  email_confirm?: boolean;
  user_metadata?: Record<string, unknown>;
  app_metadata?: Record<string, unknown>;
}

/**
 * Answers `/auth/v1/admin/users` and `/auth/v1/admin/users/<id>`. The caller has checked the secret key.
 * Works on auth.users as GoTrue does: insert first, confirm afterwards, in one transaction.
 */
export async function adminUsers(request: Request, id: string, sql: Sql): Promise<Response> {
  try {
    const input: UserInput = /^(POST|PUT)$/.test(request.method) ? await request.json() : {};
    switch (`${request.method} ${id === "" ? "users" : "user"}`) {
      case "POST users":
        return await create(sql, input);
      case "GET users":
        return Response.json({ users: (await select(sql)).map(view), aud: "authenticated" });
      case "GET user":
        return one(await select(sql, id));
      case "PUT user":
        return await update(sql, id, input);
      case "DELETE user":
        return one(await sql`delete from auth.users where id = ${id} returning *`);
    }
    return refuse(405, "bad_method", "Method not allowed");
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "23505") {
      return refuse(
        422,
        "email_exists",
        "A user with this email address has already been registered",
      );
    }
    if (code === "22P02") return refuse(404, "user_not_found", "User not found");
    return refuse(error instanceof SyntaxError ? 400 : 500, "unexpected_failure", message);
  }
}

async function create(sql: Sql, input: UserInput): Promise<Response> {
  if (!input.email?.includes("@")) {
    return refuse(400, "validation_failed", "Cannot create a user without a valid email");
  }
  const id = crypto.randomUUID();
  const email = input.email.toLowerCase();
  const identity = { sub: id, email, email_verified: false, phone_verified: false };
  const app = { provider: "email", providers: ["email"], ...input.app_metadata };
  const rows = await sql.begin(async (tx) => {
    await tx`insert into auth.users (id, email, encrypted_password, raw_app_meta_data, raw_user_meta_data)
      values (${id}, ${email}, ${await hash(tx, input.password)},
        ${tx.json(app as never)}, ${tx.json((input.user_metadata ?? {}) as never)})`;
    await tx`insert into auth.identities (id, provider, provider_id, user_id, identity_data)
      values (gen_random_uuid(), 'email', ${id}, ${id}, ${tx.json(identity)})`;
    if (input.email_confirm) await confirm(tx, id);
    return await select(tx, id);
  });
  return one(rows);
}

async function update(sql: Sql, id: string, input: UserInput): Promise<Response> {
  const rows = await sql.begin(async (tx) => {
    if (input.email) {
      const email = input.email.toLowerCase();
      await tx`update auth.users set email = ${email}, updated_at = now() where id = ${id}`;
      await tx`update auth.identities
        set identity_data = identity_data || ${tx.json({ email })}, updated_at = now()
        where user_id = ${id} and provider = 'email'`;
    }
    if (input.email_confirm) await confirm(tx, id);
    if (input.password) {
      await tx`update auth.users set encrypted_password = ${await hash(tx, input.password)}
        where id = ${id}`;
    }
    await tx`update auth.users set updated_at = now(),
        raw_user_meta_data = raw_user_meta_data || ${tx.json((input.user_metadata ?? {}) as never)},
        raw_app_meta_data = raw_app_meta_data || ${tx.json((input.app_metadata ?? {}) as never)}
      where id = ${id}`;
    return await select(tx, id);
  });
  return one(rows);
}

function confirm(sql: Sql | TransactionSql, id: string) {
  return sql`update auth.users set email_confirmed_at = now(), updated_at = now()
    where id = ${id} and email_confirmed_at is null`;
}

/** bcrypt, cost 10, as GoTrue. */
async function hash(
  sql: Sql | TransactionSql,
  password: string | undefined,
): Promise<string | null> {
  if (!password) return null;
  const [row] = await sql`
    select extensions.crypt(${password}, extensions.gen_salt('bf', 10)) as hash`;
  return row!.hash;
}

function select(sql: Sql | TransactionSql, id?: string) {
  return sql`select * from auth.users ${
    id === undefined ? sql`order by created_at` : sql`where id = ${id}`
  }`;
}

function one(rows: readonly Row[]): Response {
  const [user] = rows;
  return user === undefined
    ? refuse(404, "user_not_found", "User not found")
    : Response.json(view(user));
}

function view(user: Row) {
  const { id, aud, role, email, phone, email_confirmed_at, confirmed_at, last_sign_in_at } = user;
  const { raw_app_meta_data, raw_user_meta_data, is_anonymous, created_at, updated_at } = user;
  return {
    ...{
      id,
      aud,
      role,
      email,
      phone: phone ?? "",
      email_confirmed_at,
      confirmed_at,
      last_sign_in_at,
    },
    ...{ app_metadata: raw_app_meta_data, user_metadata: raw_user_meta_data, identities: [] },
    ...{ is_anonymous, created_at, updated_at },
  };
}

function refuse(status: number, error_code: string, msg: string): Response {
  return Response.json({ code: status, error_code, msg }, { status });
}
