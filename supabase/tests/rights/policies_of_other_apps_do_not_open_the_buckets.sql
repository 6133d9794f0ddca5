begin;
select plan(119);

select tests.create_user('ava'), tests.create_user('ben'), tests.create_user('cem', confirmed => false);
select tests.create_job('owned', 'complete', 'ava', path => 'pgtap/owned/1.jpg'),
  tests.create_job('unowned', 'complete', email => 'cem@pgtap.test', path => 'pgtap/unowned/1.jpg');
insert into storage.buckets (id, name) values ('pgtap', 'pgtap'), ('board-assets', 'board-assets')
on conflict (id) do nothing;
insert into storage.objects (bucket_id, name) values
  ('vision-boards', 'pgtap/owned/1.jpg'), ('vision-boards', 'pgtap/unowned/1.jpg'),
  ('board-assets', 'pgtap/1.bin'), ('pgtap', 'pgtap/1.jpg');

-- Another app on the same project that permits everything, to everybody, and has a role of its own.
create policy "Everybody, everything" on storage.objects to public using (true) with check (true);
create policy "Everybody, everything" on storage.buckets to public using (true) with check (true);
create role pgtap_editor;
grant pgtap_editor to current_user;
grant usage on schema storage, auth to pgtap_editor;
grant all on all tables in schema storage to pgtap_editor;
insert into tests.callers values ('a role of another app', 'pgtap_editor', '{"role": "pgtap_editor"}');

create temporary table grid (what text, command text, everybody text, owner text, service text);
insert into grid values
  ('lists all objects', $$select from objects where name like 'pgtap/%'$$, '1', '2', '4'),
  ('reads the board of the owned row', 'select from objects where {owned}', 'refused', '1', '1');
insert into grid select what, command, 'refused', 'refused', '1' from (values
  ('reads the board of the unowned row', $$select from objects where name = 'pgtap/unowned/1.jpg'$$),
  ('reads an asset', $$select from objects where bucket_id = 'board-assets' and name like 'pgtap/%'$$),
  ('uploads', $$insert into objects (bucket_id, name) values ('vision-boards', 'pgtap/3.jpg')$$),
  ('uploads an asset', $$insert into objects (bucket_id, name) values ('board-assets', 'pgtap/2.bin')$$),
  ('uploads over it', $$
    insert into objects (bucket_id, name) values ('vision-boards', 'pgtap/owned/1.jpg')
    on conflict (bucket_id, name) do update set metadata = '{}'
  $$),
  ('replaces it', $$update objects set metadata = '{"size": 1}' where {owned}$$),
  ('moves it to a bucket of their own', $$update objects set bucket_id = 'pgtap' where {owned}$$),
  ('moves theirs into the bucket', $$
    update objects set bucket_id = 'vision-boards' where bucket_id = 'pgtap'
  $$),
  ('moves theirs over an asset', $$
    update objects set bucket_id = 'board-assets' where bucket_id = 'pgtap'
  $$),
  ('removes it', 'delete from objects where {owned}'),
  ('sees the bucket', $$select from buckets where id = 'vision-boards'$$),
  ('makes the bucket public', $$update buckets set public = true where id = 'vision-boards'$$)
) as commands(what, command);
insert into grid select what, command, '1', '1', '1' from (values
  ('reads in another bucket', $$select from objects where bucket_id = 'pgtap'$$),
  ('uploads to another bucket', $$insert into objects (bucket_id, name) values ('pgtap', 'pgtap/2.jpg')$$),
  ('makes another bucket', $$insert into buckets (id, name, public) values ('pgtap2', 'pgtap2', true)$$)
) as commands(what, command);
-- Storage decides a copy by its two halves: a read here, an upload there
update grid set command = replace(regexp_replace(command, '(objects|buckets)', 'storage.\1'),
  '{owned}', $$bucket_id = 'vision-boards' and name = 'pgtap/owned/1.jpg'$$);

select is(case when expected = 'refused' and outcome in ('0', '42501') then 'refused' else outcome end,
  expected, format('%s %s: %s', caller, what, expected))
from grid, tests.callers, tests.outcome(caller, command) as outcome, lateral (select
  case caller when 'the owner' then owner when 'the service role' then service else everybody end
) as cell(expected);
rollback;
