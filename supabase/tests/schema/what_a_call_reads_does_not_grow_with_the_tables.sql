-- Counts the rows that a call reads among many that are none of its business.
begin;
select plan(22);
set local client_min_messages = error;
set local enable_seqscan = off; -- in tables as small as these it would be the right plan

select tests.create_user('ava'), tests.create_user('ben'), tests.create_user('cem', confirmed => false);
insert into auth.users (id, email, email_confirmed_at)
select gen_random_uuid(), format('other%s@pgtap.test', n), now() from generate_series(1, 2000) as n;
-- Ava has asked a thousand times, and deleted half of it; so has the guest of another address
insert into vision_board_jobs (user_id, email, goals, idempotency_key, status, image_url, created_at)
select tests.id('ava'), 'ava@pgtap.test', '["Run"]', 'k' || n, 'complete', 'https://example.test',
  now() - interval '2 days' - make_interval(mins => n) from generate_series(1, 1000) as n;
insert into vision_board_jobs (email, goals, idempotency_key, status, image_url, created_at)
select 'guest@pgtap.test', '["Run"]', 'k' || n, 'complete', 'https://example.test',
  now() - interval '2 days' - make_interval(mins => n) from generate_series(1, 1000) as n;
delete from vision_board_jobs where idempotency_key like 'k%5';
insert into vision_board_jobs (user_id, goals, status, error_message, created_at)
select tests.id('ava'), '["Run"]', 'failed', 'No luck.', now() - make_interval(days => n + 10)
from generate_series(1, 5) as n;
insert into vision_board_jobs (email, goals, status, error_message, created_at)
select format('waiting%s@pgtap.test', n), '["Run"]', 'failed', 'No luck.', now() - make_interval(mins => n)
from generate_series(2000, 4000) as n;
analyze vision_board_jobs, vision_board.requests, auth.users;

create function pg_temp.rows_read() returns bigint language sql as $$
  select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables
  where relname in ('vision_board_jobs', 'requests', 'unreferenced_boards', 'unsettled_accounts')
    or (schemaname, relname) = ('auth', 'users')
$$;
create function pg_temp.reads(command text, at_most integer, what text) returns setof text
language plpgsql as $$
declare
  v_before bigint := pg_temp.rows_read();
begin
  execute command;
  return next cmp_ok(pg_temp.rows_read() - v_before, '<=', at_most::bigint, what);
end
$$;

select pg_temp.reads($$ select tests.request_job('ben', key => 'new') $$, 20, 'a first request');
select pg_temp.reads($$ select tests.request_job('ava', key => 'new') $$, 20,
  'a request after a thousand others');
select pg_temp.reads($$ select tests.request_job('ava', key => 'k1') $$, 20, 'a replay of an old one');
select pg_temp.reads($$ select tests.request_job('ava', key => 'k5') $$, 20, 'a replay of a deleted one');
select pg_temp.reads($$ select tests.request_job(null, 'new@pgtap.test', key => 'new') $$, 20,
  'a guest''s first request');
select pg_temp.reads($$ select tests.request_job(null, 'guest@pgtap.test', key => 'new') $$, 20,
  'a guest''s request after a thousand others');
select pg_temp.reads($$ select tests.request_job(null, 'guest@pgtap.test', key => 'k1') $$, 20,
  'a replay of a guest''s');
select pg_temp.reads($$ select tests.create_user('dia') $$, 5, 'a sign-up');
select pg_temp.reads($$ update auth.users set email_confirmed_at = now() where id = tests.id('cem') $$, 5,
  'a confirmation');
select pg_temp.reads($$ update auth.users set deleted_at = now() where id = tests.id('cem') $$, 5,
  'a soft deletion');
select tests.create_user('guest');
select pg_temp.reads($$ select sweep_vision_board_jobs('15 minutes', 10) $$, 150, 'a sweep with much to do');
select pg_temp.reads($$ select sweep_vision_board_jobs('15 minutes', 10) $$, 150, 'the next one');
select sweep_vision_board_jobs('15 minutes', 1000000);
select pg_temp.reads($$ select tests.request_job(null, 'guest@pgtap.test', key => 'new') $$, 30,
  'a request of a guest whose thousand jobs were handed over');
select pg_temp.reads($$ select sweep_vision_board_jobs('15 minutes') $$, 60, 'a sweep with nothing to do');
select pg_temp.reads($$ select list_removable_vision_boards() $$, 10, 'the list of removable boards');

-- as the frontend reads, and as the document that the schema began with
select tests.authenticate_as('ava');
select pg_temp.reads($$
  select id from vision_board_jobs order by created_at desc, id desc limit 20
$$, 20, 'one''s newest boards');
select pg_temp.reads($$
  select id from vision_board_jobs
  where created_at <= now() - interval '2.5 days'
    and (created_at < now() - interval '2.5 days' or id < '00000000-0000-0000-0000-000000000000')
  order by created_at desc, id desc limit 20
$$, 25, 'a page of older ones');
select pg_temp.reads($$
  select id from vision_board_jobs where status = 'failed' order by created_at desc limit 20
$$, 5, 'one''s failed ones');
set local role service_role;
select pg_temp.reads($$ select from vision_board_jobs where status in ('pending', 'processing') $$, 60,
  'the running jobs');
select pg_temp.reads($$
  select from vision_board_jobs
  where email = 'waiting2000@pgtap.test' and status = 'failed' order by created_at desc
$$, 1, 'the jobs of an address');
select pg_temp.reads($$ select from vision_board_jobs where qstash_message_id = 'm1' $$, 0,
  'the job of a message');
select pg_temp.reads($$ select from vision_board_jobs where created_at < now() - interval '15.5 days' $$, 2,
  'the jobs of an age');
rollback;
