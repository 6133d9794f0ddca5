begin;
create extension if not exists pgtap with schema extensions;
select plan(134);

insert into auth.users (id, email, email_confirmed_at) values
  ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now()),
  ('0b000000-0000-4000-8000-000000000001', 'ben@pgtap.test', now()),
  ('0c000000-0000-4000-8000-000000000001', 'cem@pgtap.test', null); -- Cem's address is not confirmed
insert into public.vision_board_jobs (id, user_id, email, goals) values
  ('00000000-0000-4000-8000-00000000000a', '0a000000-0000-4000-8000-000000000001', 'ben@pgtap.test', '["Run"]'), -- asked for with Ben's address
  ('00000000-0000-4000-8000-00000000000c', null, 'cem@pgtap.test', '["Run"]');

create temporary table callers (caller text, role text, claims text);
insert into callers values
  ('anon', 'anon', '{"role":"anon"}'),
  ('the owner', 'authenticated', '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated","email":"ava@pgtap.test"}'),
  -- whatever else a token says opens nothing
  ('another user', 'authenticated', '{"sub":"0b000000-0000-4000-8000-000000000001","role":"authenticated","email":"ava@pgtap.test",
    "user_metadata":{"sub":"0a000000-0000-4000-8000-000000000001","email":"ava@pgtap.test"},"app_metadata":{"role":"service_role"}}'),
  ('who has not confirmed the address', 'authenticated', '{"sub":"0c000000-0000-4000-8000-000000000001","role":"authenticated","email":"cem@pgtap.test"}'),
  ('a token without a user', 'authenticated', '{"role":"authenticated","email":"cem@pgtap.test"}'),
  ('the service role', 'service_role', '{"role":"service_role"}');

-- What the command comes to for this caller: how many rows it finds, or the error. Its effects are undone.
create function pg_temp.answer(who text, command text) returns text language plpgsql as $$
declare
  v_caller record;
  v_rows bigint;
begin
  select * into v_caller from pg_temp.callers where caller = who;
  perform set_config('request.jwt.claims', v_caller.claims, true), set_config('role', v_caller.role, true);
  execute command;
  get diagnostics v_rows = row_count;
  raise exception '%', v_rows using errcode = 'PT000';
exception
  when sqlstate 'PT000' then return sqlerrm;
  when others then return sqlstate;
end
$$;

create temporary table grid (what text, command text, anon text, owner text, others text, service text);
insert into grid values
  ('reads the owned row', $$select from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000a'$$, '42501', '1', '0', '1'),
  ('reads the unowned row', $$select from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000c'$$, '42501', '0', '0', '1'),
  ('reads by address', $$select from public.vision_board_jobs where email like '%@pgtap.test'$$, '42501', '1', '0', '2'),
  ('locks the owned row', $$select from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000a' for update$$, '42501', '42501', '42501', '1'),
  ('inserts a row of the owner', $$insert into public.vision_board_jobs (user_id, goals) values ('0a000000-0000-4000-8000-000000000001', '["Run"]')$$, '42501', '42501', '42501', '1'),
  ('inserts a row of nobody', $$insert into public.vision_board_jobs (email, goals) values ('cem@pgtap.test', '["Run"]')$$, '42501', '42501', '42501', '1'),
  ('upserts the owned row', $$insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-00000000000a', '["Run"]') on conflict (id) do update set name = 'Eve'$$, '42501', '42501', '42501', '1'),
  ('upserts the unowned row', $$insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-00000000000c', '["Run"]') on conflict (id) do update set name = 'Eve'$$, '42501', '42501', '42501', '1'),
  ('ignores a conflict', $$insert into public.vision_board_jobs (id, goals) values ('00000000-0000-4000-8000-00000000000a', '["Run"]') on conflict do nothing$$, '42501', '42501', '42501', '0'),
  ('updates the owned row', $$update public.vision_board_jobs set name = 'Eve' where id = '00000000-0000-4000-8000-00000000000a'$$, '42501', '42501', '42501', '1'),
  ('updates the unowned row', $$update public.vision_board_jobs set name = 'Eve' where id = '00000000-0000-4000-8000-00000000000c'$$, '42501', '42501', '42501', '1'),
  ('takes the rows', $$update public.vision_board_jobs set user_id = auth.uid() where email like '%@pgtap.test'$$, '42501', '42501', '42501', '2'),
  ('merges into the owned row', $$merge into public.vision_board_jobs as j using (values (1)) as v on j.id = '00000000-0000-4000-8000-00000000000a' when matched then update set name = 'Eve'$$, '42501', '42501', '42501', '1'),
  ('deletes the owned row', $$delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000a'$$, '42501', '1', '0', '1'),
  ('deletes the unowned row', $$delete from public.vision_board_jobs where id = '00000000-0000-4000-8000-00000000000c'$$, '42501', '0', '0', '1'),
  ('deletes by address, and reads it', $$delete from public.vision_board_jobs where email like '%@pgtap.test' returning *$$, '42501', '1', '0', '2'),
  ('deletes without a condition', 'delete from public.vision_board_jobs', '42501', '1', '0', '-'), -- how many there are besides is not known
  ('truncates', 'truncate public.vision_board_jobs', '42501', '42501', '42501', '42501');

select is(pg_temp.answer(caller, command),
  case caller when 'anon' then anon when 'the owner' then owner when 'the service role' then service else others end,
  caller || ': ' || what)
from grid, callers
where not (caller = 'the service role' and service = '-');

-- the same from the catalogue, so that a right which no command above uses is missed neither
select is(has_table_privilege(role, 'public.vision_board_jobs', privilege), privilege = any (granted), role || ': ' || privilege)
from (values ('anon', '{}'::text[]), ('authenticated', '{select,delete}'), ('service_role', '{select,insert,update,delete}')) as roles(role, granted),
  unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) as privilege;
select is(has_any_column_privilege(role, 'public.vision_board_jobs', privilege), role = 'authenticated' and privilege = 'select', role || ': ' || privilege || ' of a column')
from unnest('{anon,authenticated}'::text[]) as role, unnest('{insert,update}'::text[]) as privilege;

select is((select count(*) from public.vision_board_jobs where email like '%@pgtap.test'), 2::bigint, 'every row is still there');
select is((select relrowsecurity from pg_class where oid = 'public.vision_board_jobs'::regclass), true, 'row-level security is on');

select * from finish();
rollback;
