begin;
select plan(18);

select ok(not has_schema_privilege(role, 'vision_board', 'usage'), role || ' has no access to the schema')
from unnest(array['anon', 'authenticated']) as role;

select is_empty($$
  select role, c.oid::regclass, privilege
  from unnest(array['anon', 'authenticated']) as role, pg_class as c,
    unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
  where c.relnamespace = 'vision_board'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
    and has_table_privilege(role, c.oid, privilege)
$$, 'they have no right to any table');

select is_empty($$
  select role, oid::regprocedure from unnest(array['anon', 'authenticated']) as role, tests.functions
  where pronamespace = 'vision_board'::regnamespace and has_function_privilege(role, oid, 'execute')
$$, 'they have no right to any function');

select is_empty($$
  select oid::regprocedure from tests.functions
  where pronamespace = 'vision_board'::regnamespace and prosecdef
    and proname not in ('applied_migrations', 'hand_over_missed_rows', 'is_account')
    and has_function_privilege('service_role', oid, 'execute')
$$, 'the service role calls three security definer functions, none of which tells an address');

create function pg_temp.is_refused(who text) returns setof text language sql as $$
  select throws_ok(statement, '42501', null, format('%s cannot %s', who, what)) from (values
    ('select from vision_board.requests', 'read who asked for what'),
    ('select from vision_board.unreferenced_boards', 'read the paths of boards'),
    ('select from vision_board.deleted_accounts', 'learn who has left'),
    ('delete from vision_board.requests', 'reset a daily limit'),
    ('select vision_board.confirmed_account(''ava@pgtap.test'')', 'learn who has an account')
  ) as statements(statement, what)
$$;
set local role anon;
select pg_temp.is_refused('anon');
select tests.authenticate_as('ava');
select pg_temp.is_refused('a signed-in user');

set local role service_role;
select lives_ok('select from vision_board.requests', 'the service role reads the requests');
select lives_ok('select from vision_board.unreferenced_boards', 'the service role reads the paths');
select throws_ok('truncate vision_board.requests', '42501', null, 'the service role cannot truncate');
rollback;
