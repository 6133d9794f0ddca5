begin;
create extension if not exists pgtap with schema extensions;
select plan(7);

insert into auth.users (id, email, email_confirmed_at) values ('0a000000-0000-4000-8000-000000000001', 'ava@pgtap.test', now());
insert into public.vision_board_jobs (name, user_id, goals, status, image_storage_path)
select 'pgtap ' || who, '0a000000-0000-4000-8000-000000000001', '["Run"]', 'complete', 'pgtap/' || who || '.jpg'
from unnest(array['owner', 'service', 'sweep', 'truncate']) as who;
update public.vision_board_jobs set expires_at = now() where name = 'pgtap sweep';
prepare noted as select path from vision_board.unreferenced_boards where path like 'pgtap/%' and removable_at <= now() order by path;

set local role authenticated;
set local request.jwt.claims = '{"sub":"0a000000-0000-4000-8000-000000000001","role":"authenticated"}';
delete from public.vision_board_jobs where name = 'pgtap owner';
reset role;
select results_eq('noted', array['pgtap/owner.jpg'], 'the owner');

set local role service_role;
delete from public.vision_board_jobs where name = 'pgtap service';
select results_eq('noted', array['pgtap/owner.jpg', 'pgtap/service.jpg'], 'the service role');
select public.sweep_vision_board_jobs(1000000);
select results_eq('noted', array['pgtap/owner.jpg', 'pgtap/service.jpg', 'pgtap/sweep.jpg'], 'the sweep');

reset role;
insert into public.vision_board_jobs (goals, status, image_storage_path) values ('["Run"]', 'complete', 'pgtap/truncate.jpg');
select lives_ok('truncate public.vision_board_jobs', 'an operator who truncates');
select results_eq('noted', array['pgtap/owner.jpg', 'pgtap/service.jpg', 'pgtap/sweep.jpg', 'pgtap/truncate.jpg'], 'too');
select is_empty('select from public.vision_board_jobs', 'the rows are gone');
select is((select count(*) from vision_board.unreferenced_boards where path = 'pgtap/truncate.jpg'), 1::bigint, 'a picture that two rows named is noted once');

select * from finish();
rollback;
