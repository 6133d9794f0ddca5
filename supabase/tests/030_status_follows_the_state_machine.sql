begin;
create extension if not exists pgtap with schema extensions;
select plan(32);

create temporary table moves as
select writer, old, new, gen_random_uuid() as id,
  (old, new) in (('pending', 'processing'), ('pending', 'failed'), ('processing', 'pending'),
                 ('processing', 'complete'), ('processing', 'failed')) or old = new as legal
from unnest(array['service_role', current_user]) as writer,
  unnest(array['pending', 'processing', 'complete', 'failed']) as old,
  unnest(array['pending', 'processing', 'complete', 'failed']) as new;
grant select on moves to service_role;

insert into public.vision_board_jobs (id, goals, status, image_url, error_message)
select id, '["Run"]', old,
  case when old = 'complete' then 'https://example.test/i.jpg' end, case when old = 'failed' then 'No luck.' end
from moves;

-- What complete and failed need comes with the change where it is legal; where it is not, the status alone.
create function pg_temp.try(move moves) returns setof text as $$
  select case when move.legal then
    lives_ok(format('update public.vision_board_jobs set status = %L%s where id = %L', move.new,
        case when move.new <> move.old then case move.new
          when 'complete' then ', image_url = ''https://example.test/i.jpg'''
          when 'failed' then ', error_message = ''No luck.''' end end, move.id),
      format('%s: a %s job may become %s', move.writer, move.old, move.new))
  else
    throws_ok(format('update public.vision_board_jobs set status = %L where id = %L', move.new, move.id),
      '23514', format('a %s job cannot become %s', move.old, move.new),
      format('%s: a %s job cannot become %s', move.writer, move.old, move.new))
  end
$$ language sql;

set local role service_role;
select pg_temp.try(m) from moves as m where writer = 'service_role';
reset role;
select pg_temp.try(m) from moves as m where writer = current_user;

select * from finish();
rollback;
