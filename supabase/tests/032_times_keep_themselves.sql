begin;
create extension if not exists pgtap with schema extensions;
select plan(7);

insert into public.vision_board_jobs (id, goals, updated_at, status, lease_token, lease_expires_at)
values
  ('00000000-0000-4000-8000-000000000001', '["Run"]', '2001-01-01', 'processing', gen_random_uuid(), now()),
  ('00000000-0000-4000-8000-000000000002', '["Run"]', '2001-01-01', 'pending', null, null);

set local role service_role;
update public.vision_board_jobs set updated_at = '1999-01-01', qstash_message_id = 'm' where id::text like '00000000-0000-4000-8000-00000000000_';
select results_eq($$ select distinct updated_at from public.vision_board_jobs where qstash_message_id = 'm' $$, $$ select now() $$,
  'updated_at is now, whatever the writer says');
select is_empty($$ select from public.vision_board_jobs where qstash_message_id = 'm' and finished_at is not null $$,
  'what goes on has no finished_at');

update public.vision_board_jobs set status = 'complete', image_url = 'https://example.test/i.jpg'
where id = '00000000-0000-4000-8000-000000000001';
update public.vision_board_jobs set status = 'failed', error_message = 'No luck.'
where id = '00000000-0000-4000-8000-000000000002';
select is(finished_at, now(), status || ': finished_at is set') from public.vision_board_jobs where qstash_message_id = 'm' order by id;
select is(lease_token, null, status || ': nobody holds it any more') from public.vision_board_jobs where qstash_message_id = 'm' order by id;
select is_empty($$ select from public.vision_board_jobs where qstash_message_id = 'm' and lease_expires_at is not null $$,
  'and no lease runs');

select * from finish();
rollback;
