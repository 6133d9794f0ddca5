begin;
select plan(11);

select tests.create_user('ava'), tests.create_user('cem', confirmed => false),
  tests.create_user('dia', is_sso_user => true),
  tests.create_user('single sign-on', address => 'both@pgtap.test', is_sso_user => true),
  tests.create_user('password', address => 'both@pgtap.test');

set local role service_role;
select is(tests.owner_of_new_row(address), owner, what) from (values
  ('ava@pgtap.test', 'ava', 'a confirmed address gives its account the row'),
  ('Ava@PgTap.Test', 'ava', 'the same address in another case does too'),
  ('cem@pgtap.test', 'nobody', 'an unconfirmed address gives nobody the row'),
  ('dia@pgtap.test', 'nobody', 'the address of a single sign-on account gives nobody the row'),
  ('both@pgtap.test', 'password', 'a single sign-on account does not hide another one of its address'),
  ('nobody@pgtap.test', 'nobody', 'an address without an account gives nobody the row'),
  ('ava@pgtap.tes_', 'nobody', 'an address is not a pattern')
) as cases(address, owner, what);

select tests.create_job('job'), tests.create_job('of Cem', owner => 'cem', email => 'ava@pgtap.test');
select is(tests.owner(tests.job('job')), 'nobody', 'a row without an address belongs to nobody');
update vision_board_jobs set email = 'ava@pgtap.test' where id = tests.id('job');
select is(tests.owner(tests.job('job')), 'ava', 'it gets its owner with its address');
select is(tests.owner(tests.job('of Cem')), 'cem', 'a row with an owner keeps it, whatever its address');
update vision_board_jobs set email = 'both@pgtap.test' where id = tests.id('of Cem');
select is(tests.owner(tests.job('of Cem')), 'cem', 'it keeps its owner when its address changes');
rollback;
