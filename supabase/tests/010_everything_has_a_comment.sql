begin;
create extension if not exists pgtap with schema extensions;
select plan(4);

select is_empty($$
  select c.oid::regclass from pg_class as c
  where c.relkind = 'r'
    and (c.relnamespace = 'vision_board'::regnamespace or c.oid = 'public.vision_board_jobs'::regclass)
    and obj_description(c.oid, 'pg_class') is null
$$, 'every table has a comment');

select is_empty($$
  select a.attrelid::regclass, a.attname from pg_attribute as a join pg_class as c on c.oid = a.attrelid
  where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    and (c.relnamespace = 'vision_board'::regnamespace or c.oid = 'public.vision_board_jobs'::regclass)
    and a.attname not in ('id', 'created_at', 'updated_at', 'name', 'path') -- their names say it
    and col_description(a.attrelid, a.attnum) is null
$$, 'every column whose name does not say it all has a comment');

select is_empty($$
  select i.indexrelid::regclass from pg_index as i join pg_class as c on c.oid = i.indrelid
  where (c.relnamespace = 'vision_board'::regnamespace or c.oid = 'public.vision_board_jobs'::regclass)
    and not i.indisprimary and obj_description(i.indexrelid, 'pg_class') is null
$$, 'every index says for which query it exists');

select is_empty($$
  select p.oid::regprocedure from pg_proc as p
  where (p.pronamespace = 'vision_board'::regnamespace
         or p.pronamespace = 'public'::regnamespace and p.proname like '%vision\_board%')
    and obj_description(p.oid, 'pg_proc') is null
$$, 'every function has a comment');

select * from finish();
rollback;
