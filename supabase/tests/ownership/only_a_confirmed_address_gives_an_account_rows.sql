-- Eve's account says Ava's address wherever she may write it, and wherever it stands before it is confirmed.
begin;
select plan(11);

select tests.owner_of_new_row(address)
from unnest(array['ava@pgtap.test', 'cem@pgtap.test', 'cem.new@pgtap.test']) as address;
select tests.create_user('eve'), tests.create_user('cem', confirmed => false);

update auth.users set raw_user_meta_data = '{"email": "ava@pgtap.test", "email_verified": true}'
where id = tests.id('eve');
select is(tests.owners('ava@pgtap.test'), 'nobody', 'user_metadata gives no rows');
update auth.users set raw_app_meta_data = '{"email": "ava@pgtap.test", "provider": "email"}'
where id = tests.id('eve');
select is(tests.owners('ava@pgtap.test'), 'nobody', 'app_metadata gives no rows');
insert into auth.identities (id, provider, provider_id, user_id, identity_data)
values (gen_random_uuid(), 'other', 'eve', tests.id('eve'),
  '{"sub": "eve", "email": "ava@pgtap.test", "email_verified": true}');
select is(tests.owners('ava@pgtap.test'), 'nobody', 'an identity gives no rows');
update auth.users set email_change = 'ava@pgtap.test', email_change_sent_at = now()
where id = tests.id('eve');
select is(tests.owners('ava@pgtap.test'), 'nobody', 'an unconfirmed change of address gives no rows');
update auth.users set phone = 'ava@pgtap.test', phone_confirmed_at = now() where id = tests.id('eve');
select is(tests.owners('ava@pgtap.test'), 'nobody', 'a confirmed phone number gives no rows');
select is(tests.owner_of_new_row('ava@pgtap.test'), 'nobody', 'none of these gives a new row');

select is(tests.owner_of_new_row('cem@pgtap.test'), 'nobody', 'an unconfirmed account gets no new row');
update auth.users set phone = '49123', phone_confirmed_at = now(), last_sign_in_at = now(), invited_at = now()
where id = tests.id('cem');
select is(tests.owners('cem@pgtap.test'), 'nobody, nobody', 'its phone and its sign-in give no rows');
update auth.users set email = 'cem.new@pgtap.test' where id = tests.id('cem');
select is(tests.owner_of_new_row('cem.new@pgtap.test'), 'nobody', 'nor does another unconfirmed address');
update auth.users set email = 'cem.last@pgtap.test' where id = tests.id('cem');
update auth.users set email_confirmed_at = now() where id = tests.id('cem');
select is(tests.owners('cem.new@pgtap.test'), 'nobody, nobody', 'nor when a third one is confirmed');

select tests.authenticate_as('eve', address => 'ava@pgtap.test');
select is_empty('select from vision_board_jobs', 'a token that says Ava''s address reads nothing');
rollback;
