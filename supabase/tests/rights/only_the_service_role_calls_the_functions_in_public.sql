begin;
select plan(36);

create temporary table signatures as select signature from unnest(array[
  'create_vision_board_job(uuid,text,jsonb,text,text,text,text,integer,integer,integer)',
  'record_vision_board_dispatch(uuid,integer,text)',
  'claim_vision_board_job(uuid,integer,integer,integer,text)',
  'complete_vision_board_job(uuid,uuid,text,text)',
  'release_vision_board_job(uuid,uuid)',
  'fail_vision_board_job(uuid,uuid,text,text)',
  'give_up_vision_board_job(uuid,text,text)',
  'sweep_vision_board_jobs(interval,integer)',
  'list_removable_vision_boards(integer)',
  'forget_vision_boards(text[])',
  'vision_board_report(integer)'
]) as signature;

select bag_eq($$
  select oid::regprocedure::text from tests.functions where pronamespace = 'public'::regnamespace
$$, 'select signature from signatures', 'these are all functions in public');
select is(has_function_privilege(role, signature, 'execute'), role = 'service_role',
  format('%s %s call %s', role, case role when 'service_role' then 'may' else 'may not' end, signature))
from signatures, unnest(array['anon', 'authenticated', 'service_role']) as role;

set local role anon;
select throws_ok('select sweep_vision_board_jobs(''0'')', '42501', null, 'anon is refused when it calls one');
select tests.authenticate_as('ava');
select throws_ok('select sweep_vision_board_jobs(''0'')', '42501', null, 'a signed-in user is refused too');
rollback;
