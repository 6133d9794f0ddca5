begin;
select plan(124);

select tests.create_user('ava'), tests.create_user('ben'), tests.create_user('cem', confirmed => false);
select tests.create_job('owned', 'complete', 'ava', 'ben@pgtap.test', path => 'pgtap/owned/1.jpg'),
  tests.create_job('unowned', 'complete', email => 'cem@pgtap.test', path => 'pgtap/unowned/1.jpg');

insert into storage.buckets (id, name) values ('pgtap', 'pgtap'), ('pgtap-empty', 'pgtap-empty');
insert into storage.objects (bucket_id, name) values
  ('vision-boards', 'pgtap/owned/1.jpg'),
  ('vision-boards', 'pgtap/unowned/1.jpg'),
  ('vision-boards', 'pgtap/owned/2.jpg'), -- of an attempt that was overtaken
  ('vision-boards', tests.id('ava') || '/pgtap/1.jpg'), -- a folder of Ava's own id
  ('pgtap', 'pgtap/owned/1.jpg');

-- What comes of each command for the service role. The owner and others are refused, but for two reads.
create temporary table grid (what text, command text, owner text, service text);
insert into grid values
  ('reads the board of the owned row', 'select from objects where {owned}', '1', '1'),
  ('lists all objects', $$select from objects where name like '%pgtap/%'$$, '1', '5');
insert into grid select what, command, 'refused', '1' from (values
  ('reads the board of the unowned row', 'select from objects where {unowned}'),
  ('reads an object beside it that no row names', $$select from objects where name = 'pgtap/owned/2.jpg'$$),
  ('reads a folder named after the owner', $$select from objects where name like '%/pgtap/1.jpg'$$),
  ('reads the same path in another bucket', $$select from objects where bucket_id = 'pgtap'$$),
  ('uploads beside it', $$insert into objects (bucket_id, name) values ('vision-boards', 'pgtap/3.jpg')$$),
  ('uploads over it', $$
    insert into objects (bucket_id, name) values ('vision-boards', 'pgtap/owned/1.jpg')
    on conflict (bucket_id, name) do update set metadata = '{}'
  $$),
  ('uploads to a folder of the user''s id', $$
    insert into objects (bucket_id, name, owner, owner_id)
    values ('vision-boards', tests.id('ava') || '/2.jpg', auth.uid(), auth.uid()::text)
  $$),
  ('replaces it', $$update objects set metadata = '{"size": 1}' where {owned}$$),
  ('moves another to its folder', $$update objects set name = 'pgtap/owned/4.jpg' where {unowned}$$),
  ('moves it to another bucket', $$update objects set bucket_id = 'pgtap', name = 'mine.jpg' where {owned}$$),
  ('becomes its owner in Storage', 'update objects set owner = auth.uid() where {owned}'),
  ('removes it', 'delete from objects where {owned}'),
  ('removes the board of the unowned row', 'delete from objects where {unowned}'),
  ('sees the bucket', $$select from buckets where id = 'vision-boards'$$),
  ('makes the bucket public', $$update buckets set public = true where id = 'vision-boards'$$),
  ('makes another bucket', $$insert into buckets (id, name, public) values ('pgtap2', 'pgtap2', true)$$),
  ('removes an empty bucket', $$delete from buckets where id = 'pgtap-empty'$$)
) as commands(what, command);
update grid set command = replace(replace(regexp_replace(command, '(objects|buckets)', 'storage.\1'),
  '{owned}', $$bucket_id = 'vision-boards' and name = 'pgtap/owned/1.jpg'$$),
  '{unowned}', $$bucket_id = 'vision-boards' and name = 'pgtap/unowned/1.jpg'$$);

-- Refused: no row or 42501, depending on the version of Storage, whose grants these are.
select is(case when expected = 'refused' and outcome in ('0', '42501') then 'refused' else outcome end,
  expected, format('%s %s: %s', caller, what, expected))
from grid, tests.callers, tests.outcome(caller, command) as outcome, lateral (select
  case caller when 'the owner' then owner when 'the service role' then service else 'refused' end
) as cell(expected);

prepare readable as select bucket_id || ':' || name from storage.objects where name like '%pgtap/%';
update auth.users set email_confirmed_at = now() where id = tests.id('cem');
select tests.authenticate_as('cem');
select results_eq('readable', array['vision-boards:pgtap/unowned/1.jpg'],
  'a board keeps its path and is readable when its row gets an owner');
delete from vision_board_jobs;
select is_empty('readable', 'it is not readable when the owner has deleted the row');
select tests.authenticate_as('ava');
select results_eq('readable', array['vision-boards:pgtap/owned/1.jpg'], 'another owner still reads hers');
reset role;
select is(count(*), 5::bigint, 'every object is still there') from storage.objects where name like '%pgtap/%';

select is(public, false, 'the bucket is private') from storage.buckets where id = 'vision-boards';
select is(array(select lower(mime) from unnest(allowed_mime_types) as mime order by 1),
  '{image/jpeg,image/png,image/webp}'::text[], 'the bucket takes images only')
from storage.buckets where id = 'vision-boards';
select is(file_size_limit::bigint, 10485760::bigint, 'the bucket takes files of at most 10 MiB')
from storage.buckets where id = 'vision-boards';
select results_eq($$
  select concat_ws(', ', policyname, tablename, cmd, roles) collate "default" from pg_policies
  where schemaname = 'storage' and coalesce(qual, '') || coalesce(with_check, '') like '%vision-boards%'
    and permissive = 'PERMISSIVE'
$$, array['Owners read their vision boards, objects, SELECT, {authenticated}'],
  'one policy permits something in the bucket: owners read objects');
select is(relrowsecurity, true, format('row-level security is on for %s', oid::regclass))
from pg_class where oid in ('storage.objects'::regclass, 'storage.buckets'::regclass);
rollback;
