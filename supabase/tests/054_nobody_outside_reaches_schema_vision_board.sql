begin;
create extension if not exists pgtap with schema extensions;
select plan(16);

select ok(not has_schema_privilege(role, 'vision_board', 'usage'), role || ' may not look into it')
from unnest(array['anon', 'authenticated']) as role;

select is_empty($$
  select role, c.oid::regclass, privilege
  from unnest(array['anon', 'authenticated']) as role, pg_class as c,
    unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
  where c.relnamespace = 'vision_board'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
    and has_table_privilege(role, c.oid, privilege)
$$, 'they have no right to any table in it');

select is_empty($$
  select role, p.oid::regprocedure from unnest(array['anon', 'authenticated']) as role, pg_proc as p
  where p.pronamespace = 'vision_board'::regnamespace and has_function_privilege(role, p.oid, 'execute')
$$, 'nor to any function');

select is_empty($$
  select p.oid::regprocedure from pg_proc as p
  where p.pronamespace = 'vision_board'::regnamespace and p.prosecdef and p.proname <> 'hand_over_missed_rows' and has_function_privilege('service_role', p.oid, 'execute')
$$, 'but for the sweep''s repair, not even the service role may call what runs with its definer''s rights: whose address is this?');

set local role anon;
select throws_ok('select from vision_board.requests', '42501', null, 'anon does not read who asked');
select throws_ok('select from vision_board.unreferenced_boards', '42501', null, 'anon does not read paths');
select throws_ok('delete from vision_board.requests', '42501', null, 'anon does not give itself its limit back');
select throws_ok('select vision_board.confirmed_account(''ava@pgtap.test'')', '42501', null, 'anon does not learn who has an account');

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
select throws_ok('select from vision_board.requests', '42501', null, 'a signed-in user does not read who asked');
select throws_ok('select from vision_board.unreferenced_boards', '42501', null, 'a signed-in user does not read paths');
select throws_ok('delete from vision_board.requests', '42501', null, 'a signed-in user does not give itself its limit back');
select throws_ok('select vision_board.confirmed_account(''ava@pgtap.test'')', '42501', null, 'a signed-in user does not learn who has an account');

set local role service_role;
select lives_ok('select from vision_board.requests', 'the service role reads who asked');
select lives_ok('select from vision_board.unreferenced_boards', 'the service role reads paths');
select throws_ok('truncate vision_board.requests', '42501', null, 'the service role does not truncate');

select * from finish();
rollback;
