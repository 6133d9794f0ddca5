-- The state machine. It holds for every writer, the service role and the SQL editor included.

create function vision_board.apply_state_machine()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.status <> old.status
     and (old.status, new.status) not in (
       ('pending', 'processing'),   -- claimed
       ('pending', 'failed'),       -- given up
       ('processing', 'pending'),   -- released, or left behind by a dead worker
       ('processing', 'complete'),
       ('processing', 'failed'))
  then
    raise exception 'a % job cannot become %', old.status, new.status using errcode = 'check_violation';
  end if;

  -- What ended stays as it ended. Ownership, expiry and the link's renewal are not part of the outcome.
  if old.status in ('complete', 'failed')
     and (new.goals, new.name, new.rank_tag, new.theme, new.attempts, new.dispatch_count, new.lease_token,
          new.started_at, new.finished_at, new.image_storage_path, new.error_code, new.error_message)
       is distinct from
         (old.goals, old.name, old.rank_tag, old.theme, old.attempts, old.dispatch_count, old.lease_token,
          old.started_at, old.finished_at, old.image_storage_path, old.error_code, old.error_message)
  then
    raise exception 'a % job does not change any more', old.status using errcode = 'check_violation';
  end if;

  if new.status <> old.status and new.status <> 'processing' then
    new.lease_token := null;
    new.lease_expires_at := null;
  end if;
  if new.status <> old.status and new.status in ('complete', 'failed') then
    new.finished_at := coalesce(new.finished_at, now());
  end if;
  new.updated_at := now();
  return new;
end
$$;
comment on function vision_board.apply_state_machine() is
  'Refuses (23514) every status change that the state machine does not have, and any change to an '
  'outcome; keeps updated_at and finished_at, and takes the lease from what is not processing any more.';

create trigger apply_state_machine before update on public.vision_board_jobs
  for each row execute function vision_board.apply_state_machine();

revoke execute on function vision_board.apply_state_machine() from public, anon, authenticated;
