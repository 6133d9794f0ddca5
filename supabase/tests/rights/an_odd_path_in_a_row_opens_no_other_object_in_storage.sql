begin;
select plan(26);

select tests.create_user('ava'), tests.create_user('ben');
select tests.create_job('of Ben', 'complete', owner => 'ben', path => 'pgtap/1.jpg');
insert into storage.buckets (id, name) values ('pgtap', 'pgtap');
insert into storage.objects (bucket_id, name) values
  ('vision-boards', 'pgtap/1.jpg'), ('vision-boards', 'pgtap-nobody/1.jpg'),
  ('pgtap', 'secret.jpg'), ('pgtap', 'pgtap/1.jpg');

-- The service role alone writes paths; these are what a mistake, or a pattern in a path, would have to open.
create temporary table odd as select path from unnest(array[
  '%', 'pgtap/%', 'pgtap/_.jpg', 'pgta_/1.jpg', 'pgtap', 'pgtap/', '/pgtap/1.jpg', './pgtap/1.jpg',
  'x/../pgtap/1.jpg', 'pgtap//1.jpg', 'PGTAP/1.JPG', 'pgtap%2F1.jpg', ' pgtap/1.jpg', 'pgtap/1.jpg ',
  E'pgtap/1.jpg\n', '../pgtap/secret.jpg', 'pgtap/secret.jpg', 'secret.jpg', 'vision-boards/pgtap/1.jpg',
  ''' or true --', '"pgtap/1.jpg"', '{pgtap/1.jpg}', '*', '^.*$'
]) as path;
grant select on odd to authenticated;
select tests.create_job('odd: ' || path, 'complete', owner => 'ava', path => path) from odd;
select tests.create_job('without a path', 'complete', owner => 'ava');

select tests.authenticate_as('ava');
select is_empty('select bucket_id, name from storage.objects', 'a user with odd paths reads no object');

reset role;
insert into storage.objects (bucket_id, name) select 'vision-boards', path from odd;
select tests.authenticate_as('ava');
select is((select count(*) from storage.objects where name = path and bucket_id = 'vision-boards'), 1::bigint,
  format('she reads an object that is named exactly %s', to_json(path)))
from odd;
select tests.authenticate_as('ben');
select results_eq('select name from storage.objects', array['pgtap/1.jpg'], 'Ben reads his own only');
rollback;
