begin;
select plan(12);

select tests.create_user('ava'), tests.create_user('ben');
select tests.create_job(deleter, 'complete', 'ava', path => format('pgtap/%s.jpg', deleter))
from unnest(array['account', 'owner', 'service', 'sweep']) as deleter;
select tests.create_job('unfinished', 'pending', 'ava');
select tests.create_job('of Ben ' || n, 'complete', 'ben', path => 'pgtap/shared.jpg')
from generate_series(1, 2) as n;
update vision_board_jobs set expires_at = now() where id = tests.id('sweep');
prepare recorded as select path from vision_board.unreferenced_boards
  where path like 'pgtap/%' and removable_at <= now() order by path;

select tests.authenticate_as('ava');
delete from vision_board_jobs where id = tests.id('owner');
reset role;
select results_eq('recorded', array['pgtap/owner.jpg'],
  'the path of a row that its owner deletes is recorded');
set local role service_role;
delete from vision_board_jobs where id = tests.id('service');
select results_eq('recorded', array['pgtap/owner.jpg', 'pgtap/service.jpg'],
  'the path of a row that the service role deletes is recorded');
select sweep_vision_board_jobs('15 minutes', 1000000);
select results_eq('recorded', array['pgtap/owner.jpg', 'pgtap/service.jpg', 'pgtap/sweep.jpg'],
  'the path of a row that the sweep deletes is recorded');
reset role;
select lives_ok($$ delete from auth.users where id = tests.id('ava') $$, 'an account is deleted');
select results_eq('recorded',
  array['pgtap/account.jpg', 'pgtap/owner.jpg', 'pgtap/service.jpg', 'pgtap/sweep.jpg'],
  'the path of a row that goes with its account is recorded');
select is(count(*), 0::bigint, 'a deleted account has no rows')
from vision_board_jobs where id in (tests.id('account'), tests.id('unfinished'));
select is(count(*), 2::bigint, 'the rows of other accounts stay')
from vision_board_jobs where user_id = tests.id('ben');
select lives_ok($$ delete from auth.users where id = tests.id('ben') $$,
  'an account may be deleted when two of its rows name one board');

select tests.create_job('truncated ' || n, 'complete', path => 'pgtap/truncated.jpg')
from generate_series(1, 2) as n;
select lives_ok('truncate vision_board_jobs', 'an operator truncates the jobs');
select is_empty('select from vision_board_jobs', 'there are no jobs then');
select results_eq('recorded', array['pgtap/account.jpg', 'pgtap/owner.jpg', 'pgtap/service.jpg',
  'pgtap/shared.jpg', 'pgtap/sweep.jpg', 'pgtap/truncated.jpg'], 'each path is recorded once');
set local role service_role;
select results_eq($$
  select path from list_removable_vision_boards(1000000) as path where path like 'pgtap/%' order by path
$$, 'recorded', 'the sweep may remove them all');
rollback;
