begin;
create extension if not exists pgtap with schema extensions;
select plan(63);

create temporary table calls (function text, call text);
insert into calls values
  ('create_vision_board_job(uuid,text,jsonb,text,text,text,text,integer,integer,integer)',
   $$create_vision_board_job(null, 'ava@pgtap.test', '["Run"]', null, null, 'light', null, 3, 20, 30)$$),
  ('record_vision_board_dispatch(uuid,integer,text)', $$record_vision_board_dispatch(gen_random_uuid(), 1, 'm')$$),
  ('claim_vision_board_job(uuid,integer,text,integer,integer)', $$claim_vision_board_job(gen_random_uuid(), 150)$$),
  ('complete_vision_board_job(uuid,uuid,text,text)', $$complete_vision_board_job(gen_random_uuid(), gen_random_uuid(), 'a/b.jpg', null)$$),
  ('release_vision_board_job(uuid,uuid)', $$release_vision_board_job(gen_random_uuid(), gen_random_uuid())$$),
  ('fail_vision_board_job(uuid,uuid,text,text)', $$fail_vision_board_job(gen_random_uuid(), gen_random_uuid(), 'code', 'No luck.')$$),
  ('give_up_vision_board_job(uuid,text,text,text)', $$give_up_vision_board_job(gen_random_uuid(), 'code', 'No luck.')$$),
  ('sweep_vision_board_jobs(integer,interval)', $$sweep_vision_board_jobs(0)$$),
  ('list_removable_vision_boards(integer)', $$list_removable_vision_boards(0)$$),
  ('forget_vision_boards(text[])', $$forget_vision_boards('{}')$$);
grant select on calls to anon, authenticated, service_role;

select results_eq($$
  select (p.proname || '(' || replace(oidvectortypes(p.proargtypes), ', ', ',') || ')') collate "default" from pg_proc as p
  where p.pronamespace = 'public'::regnamespace and p.proname like '%vision\_board%' order by p.proname::text
$$, 'select function from calls order by function', 'these are all of them');

select ok(not has_function_privilege(role, 'public.' || function, 'execute'), role || ' has no right to ' || function)
from calls, unnest(array['anon', 'authenticated']) as role;
select ok(has_function_privilege('service_role', 'public.' || function, 'execute'), 'the service role has the right to ' || function)
from calls;

set local role anon;
select throws_ok('select public.' || call, '42501', null, 'anon cannot call ' || function) from calls;

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
select throws_ok('select public.' || call, '42501', null, 'a signed-in user cannot call ' || function) from calls;

set local role service_role;
select lives_ok('select public.' || call, 'the service role can call ' || function) from calls;

select throws_ok($$ select public.create_vision_board_job(null, null, '["Run"]', null, null, 'light', null, 3, 20, 30) $$,
  '22023', null, 'a job of nobody is refused');
select throws_ok($$ select public.create_vision_board_job(null, 'ava@pgtap.test', '[]', null, null, 'light', null, 3, 20, 30) $$,
  '23514', null, 'so is a job without goals');

select * from finish();
rollback;
