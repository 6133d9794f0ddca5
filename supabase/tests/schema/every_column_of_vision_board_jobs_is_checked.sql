begin;
select plan(25);

create function pg_temp.insert_job(columns text, literals text) returns text language sql as $$
  select format('insert into vision_board_jobs (goals, %s) values (''["Run"]'', %s)', columns, literals)
$$;

select results_eq($$
  insert into vision_board_jobs (goals) values ('["Run"]')
  returning status, theme, attempts, dispatch_count
$$, $$ values ('pending', 'light', 0, 0) $$, 'a new job is pending and light');

select lives_ok(pg_temp.insert_job(columns, literals), accepted || ' is accepted') from (values
  ('the theme dark', 'theme', $$'dark'$$),
  ('a job in processing', 'status', $$'processing'$$),
  ('a complete job with a URL', 'status, image_url', $$'complete', 'https://example.test/i.jpg'$$),
  ('a complete job with a path', 'status, image_storage_path', $$'complete', 'a/b.jpg'$$),
  ('a failed job with a message', 'status, error_message', $$'failed', 'No luck.'$$),
  ('a lease that ends', 'status, lease_token, lease_expires_at', $$'processing', gen_random_uuid(), now()$$)
) as cases(accepted, columns, literals);

select throws_ok(pg_temp.insert_job(columns, literals), code, null, refused || ' is refused') from (values
  ('23514', 'another theme', 'theme', $$'blue'$$),
  ('23502', 'a job without a theme', 'theme', 'null'),
  ('23514', 'another status', 'status', $$'done'$$),
  ('23514', 'a status in capitals', 'status', $$'PENDING'$$),
  ('23502', 'a job without a status', 'status', 'null'),
  ('23514', 'a complete job without an image', 'status', $$'complete'$$),
  ('23514', 'a complete job with an empty URL', 'status, image_url', $$'complete', ''$$),
  ('23514', 'a complete job with a blank path', 'status, image_storage_path', $$'complete', ' '$$),
  ('23514', 'a failed job without a message', 'status', $$'failed'$$),
  ('23514', 'a failed job with an empty message', 'status, error_message', $$'failed', ''$$),
  ('23514', 'a failed job with a blank message', 'status, error_message', $$'failed', '  '$$),
  ('23514', 'a lease without an end', 'lease_token', 'gen_random_uuid()'),
  ('23514', 'an empty address', 'email', $$''$$),
  ('23514', 'an empty idempotency key', 'idempotency_key', $$''$$),
  ('23514', 'an idempotency key of 256 characters', 'idempotency_key', $$repeat('k', 256)$$),
  ('23514', 'a name of 81 characters', 'name', $$repeat('n', 81)$$),
  ('23514', 'a rank tag of 41 characters', 'rank_tag', $$repeat('t', 41)$$),
  ('23503', 'an owner who does not exist', 'user_id', 'gen_random_uuid()')
) as cases(code, refused, columns, literals);
rollback;
