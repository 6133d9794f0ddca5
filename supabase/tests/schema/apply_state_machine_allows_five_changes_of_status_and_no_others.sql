begin;
select plan(32);

create temporary table moves as
select writer, old, new, concat(writer, ' ', old, ' ', new) as job,
  (old, new) in (('pending', 'processing'), ('pending', 'failed'), ('processing', 'pending'),
                 ('processing', 'complete'), ('processing', 'failed')) or old = new as legal
from unnest(array['service_role', current_user]) as writer,
  unnest(array['pending', 'processing', 'complete', 'failed']) as old,
  unnest(array['pending', 'processing', 'complete', 'failed']) as new;
grant select on moves to service_role;
select tests.create_job(job, old) from moves;

-- What complete and failed need comes with a legal change; with another one the status comes alone.
create function pg_temp.try(move moves) returns setof text language sql as $$
  select case when move.legal then
    lives_ok(format('update vision_board_jobs set status = %L%s where id = %L', move.new,
        case when move.new <> move.old then case move.new
          when 'complete' then ', image_url = ''https://example.test/board.jpg'''
          when 'failed' then ', error_message = ''No luck.''' end end, tests.id(move.job)),
      format('%s: a %s job may become %s', move.writer, move.old, move.new))
  else
    throws_ok(format('update vision_board_jobs set status = %L where id = %L', move.new, tests.id(move.job)),
      '23514', format('a %s job cannot become %s', move.old, move.new),
      format('%s: a %s job cannot become %s', move.writer, move.old, move.new))
  end
$$;

set local role service_role;
select pg_temp.try(m) from moves as m where writer = 'service_role';
reset role;
select pg_temp.try(m) from moves as m where writer = current_user;
rollback;
