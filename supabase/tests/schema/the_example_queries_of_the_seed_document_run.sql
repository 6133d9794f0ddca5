-- The example queries of the document that the schema began with, word for word but for a real id.
begin;
select plan(6);
set local role service_role;

select lives_ok($$
INSERT INTO vision_board_jobs (email, goals, status)
VALUES ('user@example.com', '["Goal 1", "Goal 2"]'::jsonb, 'pending')
RETURNING id;
$$, 'Create a new job');

create function pg_temp.with_id(query text) returns text language sql as $$
  select replace(query, 'job-uuid-here',
    (select id::text from public.vision_board_jobs where email = 'user@example.com' and created_at = now()))
$$;

select lives_ok(pg_temp.with_id($$
UPDATE vision_board_jobs
SET status = 'processing', updated_at = NOW()
WHERE id = 'job-uuid-here';
$$), 'Update job status to processing');

select lives_ok(pg_temp.with_id($$
UPDATE vision_board_jobs
SET status = 'complete',
    image_url = 'https://storage.url/path/to/image.png',
    updated_at = NOW()
WHERE id = 'job-uuid-here';
$$), 'Update job with completed image');

select isnt_empty($$
SELECT * FROM vision_board_jobs
WHERE email = 'user@example.com'
  AND status = 'complete'
ORDER BY created_at DESC;
$$, 'Get user''s completed jobs');

select isnt_empty(pg_temp.with_id($$
SELECT * FROM vision_board_jobs WHERE id = 'job-uuid-here';
$$), 'Get job by ID');

select bag_has($$
  select attname::text from pg_attribute where attrelid = 'public.vision_board_jobs'::regclass
$$, $$
  select unnest(array['id', 'created_at', 'updated_at', 'email', 'name', 'rank_tag', 'status', 'goals',
    'image_url', 'image_storage_path', 'error_message', 'qstash_message_id', 'user_id', 'expires_at'])
$$, 'every column of that document keeps its name');
rollback;
