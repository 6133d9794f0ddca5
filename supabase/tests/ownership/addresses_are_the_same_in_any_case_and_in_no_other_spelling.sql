begin;
select plan(55);

create temporary table addresses (address text, same boolean);
insert into addresses select address, true
from unnest(array['ava.smith@pgtap.test', 'AVA.SMITH@PGTAP.TEST', 'Ava.Smith@pgTAP.Test']) as address;
insert into addresses select address, false
from unnest(array[
  'avasmith@pgtap.test', 'ava.smith+boards@pgtap.test', '"ava.smith"@pgtap.test',
  'ava.smith(home)@pgtap.test', 'Ava <ava.smith@pgtap.test>', 'ava.smith@pgtap.test.',
  'ava.smith.@pgtap.test', 'ava.smith@sub.pgtap.test',
  'ava.smith@pgtap.test ', ' ava.smith@pgtap.test', E'ava.smith@pgtap.test\n',
  'ava.smith@pgtap.test,eve@pgtap.test', 'eve@pgtap.test@pgtap.test', 'ava_smith@pgtap.test',
  'ava.smith@pgtap.tes_', '%', '@pgtap.test',
  U&'\FF41va.smith@pgtap.test', -- a fullwidth a
  U&'\0430va.smith@pgtap.test', -- a Cyrillic a
  U&'ava.smi\00ADth@pgtap.test', -- a soft hyphen
  U&'ava.smith@pgtap.test\200B', -- a zero-width space
  U&'ava.sm\0131th@pgtap.test', -- a dotless i
  U&'ava.\017Fmith@pgtap.test', -- a long s, whose capital is S
  U&'\00E1va.smith@pgtap.test' -- an a with an accent
]) as address;
grant select on addresses to service_role;

create function pg_temp.is_owned(goal text, moment text) returns setof text language sql as $$
  select is(j.user_id is not null, same, format('%s is %s account %s', to_json(address),
    case when same then 'the address of the' else 'not the address of the' end, moment))
  from addresses join vision_board_jobs as j on j.email = address and j.goals = jsonb_build_array(goal)
$$;

insert into vision_board_jobs (email, goals) select address, '["Wait"]' from addresses;
select tests.create_user('ava', address => 'ava.smith@pgtap.test');
select pg_temp.is_owned('Wait', 'at its sign-up');

set local role service_role;
insert into vision_board_jobs (email, goals) select address, '["Come"]' from addresses;
reset role;
select pg_temp.is_owned('Come', 'when a row is written');

select is(count(distinct vision_board.requester(null, address)), 1::bigint, 'they share their limits')
from addresses where same;
rollback;
