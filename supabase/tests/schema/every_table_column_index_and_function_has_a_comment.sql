begin;
select plan(4);

select is_empty($$
  select oid::regclass from tests.tables where obj_description(oid, 'pg_class') is null
$$, 'every table has a comment');

select is_empty($$
  select a.attrelid::regclass, a.attname from pg_attribute as a join tests.tables as t on t.oid = a.attrelid
  where a.attnum > 0 and not a.attisdropped
    and a.attname not in ('id', 'created_at', 'updated_at', 'name', 'path') -- their names say it
    and col_description(a.attrelid, a.attnum) is null
$$, 'every column has a comment unless its name says it all');

select is_empty($$
  select i.indexrelid::regclass from pg_index as i join tests.tables as t on t.oid = i.indrelid
  where not i.indisprimary and obj_description(i.indexrelid, 'pg_class') is null
$$, 'every index says which query it is for');

select is_empty($$
  select oid::regprocedure from tests.functions where obj_description(oid, 'pg_proc') is null
$$, 'every function has a comment');
rollback;
