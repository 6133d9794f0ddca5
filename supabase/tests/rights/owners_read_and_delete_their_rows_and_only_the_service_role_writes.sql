begin;
select plan(97);

select tests.create_user('ava'), tests.create_user('ben'), tests.create_user('cem', confirmed => false);
select tests.create_job('owned', owner => 'ava', email => 'ben@pgtap.test'),
  tests.create_job('unowned', email => 'cem@pgtap.test');

-- What comes of each command for anon, for the owner, for other users and for the service role.
create temporary table grid (what text, command text, anon text, owner text, others text, service text);
insert into grid values
  ('reads the owned row', 'select from jobs where id = {owned}', '42501', '1', '0', '1'),
  ('reads the unowned row', 'select from jobs where id = {unowned}', '42501', '0', '0', '1'),
  ('reads by address', $$select from jobs where email like '%@pgtap.test'$$, '42501', '1', '0', '2'),
  ('deletes the owned row', 'delete from jobs where id = {owned}', '42501', '1', '0', '1'),
  ('deletes the unowned row', 'delete from jobs where id = {unowned}', '42501', '0', '0', '1'),
  ('deletes by address and reads it', $$delete from jobs where email like '%@pgtap.test' returning *$$,
    '42501', '1', '0', '2'),
  ('deletes all rows', 'delete from jobs', '42501', '1', '0', null), -- the service role may find more rows
  ('inserts a row', $$insert into jobs (user_id, goals) values (auth.uid(), '["Run"]')$$,
    '42501', '42501', '42501', '1'),
  ('takes the rows', $$update jobs set user_id = auth.uid() where email like '%@pgtap.test'$$,
    '42501', '42501', '42501', '2'),
  ('upserts the owned row', $$
    insert into jobs (id, goals) values ({owned}, '["Run"]') on conflict (id) do update set name = 'Eve'
  $$, '42501', '42501', '42501', '1'),
  ('locks the owned row', 'select from jobs where id = {owned} for update', '42501', '42501', '42501', '1'),
  ('truncates', 'truncate jobs', '42501', '42501', '42501', '42501');
update grid set command = replace(replace(regexp_replace(command, '\mjobs\M', 'vision_board_jobs'),
  '{owned}', $$tests.id('owned')$$), '{unowned}', $$tests.id('unowned')$$);

select is(tests.outcome(caller, command), expected, format('%s %s: %s', caller, what, expected))
from grid, tests.callers, lateral (select case caller
  when 'anon' then anon when 'the owner' then owner when 'the service role' then service else others
end) as cell(expected)
where expected is not null;

-- From the catalogue, so that no command is forgotten: every write needs one of these rights.
select is(has_table_privilege(role, 'vision_board_jobs', privilege), privilege = any (granted),
  format('%s has %s only if it is granted', role, privilege))
from unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) as privilege, (values
  ('anon', '{}'::text[]),
  ('authenticated', '{select,delete}'),
  ('service_role', '{select,insert,update,delete}')
) as roles(role, granted);
select ok(not has_any_column_privilege(role, 'vision_board_jobs', privilege),
  format('%s has no %s of a column', role, privilege))
from unnest('{anon,authenticated}'::text[]) as role, unnest('{insert,update}'::text[]) as privilege;
select is(count(*), 2::bigint, 'both rows are still there')
from vision_board_jobs where email like '%@pgtap.test';
rollback;
