begin;
create extension if not exists pgtap with schema extensions;
select plan(38);

insert into auth.users (id, email, email_confirmed_at)
values ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now());
insert into public.vision_board_jobs (id, goals, status, image_storage_path, image_url, error_message)
values
  ('00000000-0000-4000-8000-00000000000c', '["Run"]', 'complete', 'c/1.jpg', 'https://example.test/old', null),
  ('00000000-0000-4000-8000-00000000000f', '["Run"]', 'failed', null, null, 'No luck.');

create function pg_temp.set_both(assignment text, id text) returns text as $$
  select format('update public.vision_board_jobs set %s where id = %L', assignment, id)
$$ language sql;

create temporary table ended (status text, id text);
insert into ended values
  ('complete', '00000000-0000-4000-8000-00000000000c'), ('failed', '00000000-0000-4000-8000-00000000000f');
grant select on ended to service_role;

set local role service_role;

select throws_ok(pg_temp.set_both(assignment, id), '23514', format('a %s job does not change any more', status),
  format('%s: not %s', status, assignment))
from ended, unnest(array[
  'goals = ''["Swim"]''', 'name = ''Eve''', 'rank_tag = ''@eve''', 'theme = ''dark''',
  'attempts = attempts + 1', 'dispatch_count = dispatch_count + 1', 'lease_token = gen_random_uuid(), lease_expires_at = now()',
  'started_at = now() + interval ''1 day''', 'finished_at = now() + interval ''1 day''',
  'image_storage_path = ''x/y.jpg''', 'error_code = ''other''', 'error_message = ''Something else.'''
]) as assignment;

select lives_ok(pg_temp.set_both(assignment, id), format('%s: still %s', status, assignment))
from ended, unnest(array[
  'user_id = ''0a000000-0000-4000-8000-000000000001''', 'email = ''ava@pgtap.test''',
  'expires_at = now() + interval ''1 year''', 'image_url = ''https://example.test/renewed''',
  'idempotency_key = null', 'updated_at = now()', 'status = status'
]) as assignment;

select * from finish();
rollback;
