begin;
select plan(17);

select tests.create_job('complete', 'complete', email => 'ava@pgtap.test', path => 'a/1.jpg');
select tests.owner_of_new_row(address)
from unnest(array['ava@pgtap.test', 'Ava@PgTap.test', 'ben@pgtap.test', 'dia@pgtap.test']) as address;

select tests.create_user('ava');
select is(tests.owners('ava@pgtap.test'), 'ava, ava, ava', 'a sign-up takes all rows of its address');
select is(tests.owners('ben@pgtap.test'), 'nobody', 'it takes no other row');
select tests.create_user('dia', is_sso_user => true);
select is(tests.owners('dia@pgtap.test'), 'nobody', 'a single sign-on account takes no row');
insert into auth.users (id, email, email_confirmed_at) values (tests.id('no address'), null, now());
select is_empty($$ select from vision_board_jobs where user_id = tests.id('no address') $$,
  'an account without an address takes no row');
select tests.create_user('ben', confirmed => false);
select is(tests.owners('ben@pgtap.test'), 'nobody', 'a sign-up with an unconfirmed address takes no row');
update auth.users set email_confirmed_at = now() where id = tests.id('ben');
select is(tests.owners('ben@pgtap.test'), 'ben', 'the confirmation takes the row');

-- Ben confirms another address, and another account his old one.
select is(tests.owner_of_new_row('ben.new@pgtap.test'), 'nobody', 'a row waits for his new address');
update auth.users set email = 'ben.new@pgtap.test', email_change = '' where id = tests.id('ben');
select is(tests.owners('ben.new@pgtap.test'), 'ben', 'a confirmed change of address takes it');
select is(tests.owners('ben@pgtap.test'), 'ben', 'the row of his old address stays his');
select is(tests.owner_of_new_row('ben@pgtap.test'), 'nobody', 'his old address gives him no new row');
select tests.create_user('eve', address => 'ben@pgtap.test');
select is(tests.owners('ben@pgtap.test'), 'ben, eve', 'the next account takes only what waited');
update vision_board_jobs set name = 'Ben' where email = 'ben@pgtap.test';
update vision_board_jobs set email = 'Ben@pgtap.test' where user_id = tests.id('ben');
select is(tests.owners('ben@pgtap.test'), 'ben, ben, eve', 'no row moves to it when a row gets its address');

update auth.users set email_confirmed_at = null where id = tests.id('eve');
select is(tests.owner_of_new_row('ben@pgtap.test'), 'nobody', 'a confirmation taken back gives no new row');
select is(tests.owners('ben@pgtap.test'), 'ben, ben, eve, nobody', 'the account keeps the rows that it has');
update auth.users set email_confirmed_at = now() where id = tests.id('eve');
select is(tests.owners('ben@pgtap.test'), 'ben, ben, eve, eve', 'the next confirmation takes what waited');

delete from auth.users where id = tests.id('eve');
select is(tests.owner_of_new_row('ben@pgtap.test'), 'nobody', 'a row waits when the account is deleted');
select tests.create_user('fay', address => 'ben@pgtap.test');
select is(tests.owners('ben@pgtap.test'), 'ben, ben, fay', 'the next account takes only that row');
rollback;
