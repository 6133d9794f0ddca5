begin;
select plan(3);

create policy "Everybody reads" on storage.objects to public using (true);
create function pg_temp.policies(wanted text) returns setof text language sql as $$
  select concat_ws(', ', p ->> 'table', case when (p ->> 'restrictive')::boolean then 'restrictive' end,
    p ->> 'command', p ->> 'roles', p ->> 'condition')
  from jsonb_array_elements(vision_board_report() -> 'storage_policies') as p where p ->> 'name' = wanted
$$;
set local role service_role;
select is(pg_temp.policies('Everybody reads'), 'objects, ALL, ["public"], true',
  'another app''s policy on objects is shown');
select matches(pg_temp.policies('Nobody adds vision boards'),
  '^objects, restrictive, INSERT, \["public"\], .*vision-boards.*board-assets',
  'and our own, with its condition');
select matches(pg_temp.policies('Nobody touches the buckets of vision boards'),
  '^buckets, restrictive, ALL, ', 'those on buckets, too');
rollback;
