begin;
create extension if not exists pgtap with schema extensions;
select plan(14);

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000001', '["Run"]');
create temporary table attempts (who text, lease_token uuid, path text);
grant all on attempts to service_role;
create function pg_temp.claim(who text) returns void as $$
  insert into attempts select who, lease_token, path from public.claim_vision_board_job('00000000-0000-4000-8000-000000000001', 150)
$$ language sql;
create function pg_temp.removable() returns text[] as $$
  select coalesce(array_agg(a.who order by a.who), '{}')
  from public.list_removable_vision_boards(1000000) as path join attempts as a using (path)
$$ language sql;
create function pg_temp.passes(ago interval) returns void as $$
  update vision_board.unreferenced_boards as o set removable_at = removable_at - ago from attempts as a where a.path = o.path;
  update public.vision_board_jobs set lease_expires_at = lease_expires_at - ago where id = '00000000-0000-4000-8000-000000000001';
$$ language sql;

set local role service_role;
select pg_temp.claim('A');
select is(pg_temp.removable(), '{}', 'an attempt is at work: its picture stays');
select pg_temp.passes('1 hour');
select is(pg_temp.removable(), '{}', 'its lease ran out, but as long as nobody takes over it may still complete');
select pg_temp.claim('B');
select is(pg_temp.removable(), array['A'], 'somebody took over: A''s time is long over, B''s is not');
update vision_board.unreferenced_boards set removable_at = now() + interval '1 second' where path = (select path from attempts where who = 'A');
select is(pg_temp.removable(), '{}', 'while the overtaken worker may live its upload is not removed under it');
select pg_temp.passes('1 second');
select is(pg_temp.removable(), array['A'], 'then it is');

select is(public.complete_vision_board_job('00000000-0000-4000-8000-000000000001', lease_token, path, null), 'complete', 'B completes') from attempts where who = 'B';
select pg_temp.passes('1 day');
select is(pg_temp.removable(), array['A'], 'the picture that the row names stays');
select is_empty($$ select from vision_board.unreferenced_boards where path = (select path from attempts where who = 'B') $$, 'and is in no ledger any more');
insert into vision_board.unreferenced_boards (path, removable_at) select path, now() - interval '1 hour' from attempts where who = 'B';
select is(pg_temp.removable(), array['A'], 'even if it were');

select lives_ok($$ select public.forget_vision_boards(array(select path from attempts where who = 'A')) $$, 'the sweep has removed A''s');
select is(pg_temp.removable(), '{}', 'that is done');

delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-000000000001';
select is(pg_temp.removable(), array['B'], 'the row is deleted: its picture may go at once');

insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-000000000001', '["Run"]');
select pg_temp.claim('C');
delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-000000000001';
select is(pg_temp.removable(), array['B'], 'a row is deleted while its picture is made: not yet');
select pg_temp.passes('12 minutes 30 seconds');
select is(pg_temp.removable(), array['B', 'C'], 'ten minutes after the lease');

select * from finish();
rollback;
