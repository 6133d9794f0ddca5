begin;
create extension if not exists pgtap with schema extensions;
select plan(55);

create temporary table addresses (address text, same boolean);
insert into addresses values
  ('ava.smith@pgtap.test', true), ('AVA.SMITH@PGTAP.TEST', true), ('Ava.Smith@pgTAP.Test', true),
  ('avasmith@pgtap.test', false), ('ava.smith+boards@pgtap.test', false), ('"ava.smith"@pgtap.test', false), ('ava.smith(home)@pgtap.test', false),
  ('Ava <ava.smith@pgtap.test>', false), ('ava.smith@pgtap.test.', false), ('ava.smith.@pgtap.test', false), ('ava.smith@sub.pgtap.test', false),
  ('ava.smith@pgtap.test ', false), (' ava.smith@pgtap.test', false), (E'ava.smith@pgtap.test\n', false), ('ava.smith@pgtap.test,eve@pgtap.test', false),
  ('eve@pgtap.test@pgtap.test', false), ('ava_smith@pgtap.test', false), ('ava.smith@pgtap.tes_', false), ('%', false), ('@pgtap.test', false),
  (U&'\FF41va.smith@pgtap.test', false), -- a fullwidth a
  (U&'\0430va.smith@pgtap.test', false), -- a Cyrillic a
  (U&'ava.smi\00ADth@pgtap.test', false), -- a soft hyphen
  (U&'ava.smith@pgtap.test\200B', false), -- a space of no width
  (U&'ava.sm\0131th@pgtap.test', false), -- a dotless i
  (U&'ava.\017Fmith@pgtap.test', false), -- a long s, whose capital is S
  (U&'\00E1va.smith@pgtap.test', false); -- an a with an accent

grant select on addresses to service_role;

-- the row comes first …
insert into public.vision_board_jobs (email, goals) select address, '["Wait"]' from addresses;
insert into auth.users (id, email, email_confirmed_at) values ('0a000000-0000-4000-8000-000000000001', 'ava.smith@pgtap.test', now());
select is((select user_id is not null from public.vision_board_jobs as j where j.email = address and goals = '["Wait"]'), same,
  case when same then 'its account, at sign-up: ' else 'not its account, at sign-up: ' end || quote_literal(address)) from addresses;

-- … or the account
set local role service_role;
insert into public.vision_board_jobs (email, goals) select address, '["Come"]' from pg_temp.addresses;
reset role;
select is((select user_id is not null from public.vision_board_jobs as j where j.email = address and goals = '["Come"]'), same,
  case when same then 'its account, when written: ' else 'not its account, when written: ' end || quote_literal(address)) from addresses;

select is((select count(distinct vision_board.requester(null, address)) from addresses where same), 1::bigint, 'and so are its limits');

select * from finish();
rollback;
