begin;
select plan(37);

create function pg_temp.insert_goals(goals jsonb) returns text language sql as $$
  select format('insert into vision_board_jobs (goals) values (%L)', goals)
$$;

select lives_ok(pg_temp.insert_goals(goals), accepted || ' is accepted') from (values
  ('one goal', '["Run a marathon"]'::jsonb),
  ('a list of twelve', (select jsonb_agg('goal ' || i) from generate_series(1, 12) as i)),
  ('a goal of 200 characters', jsonb_build_array(repeat('x', 200))),
  ('a goal of 200 characters between spaces', jsonb_build_array('  ' || repeat('x', 200) || E'\u3000\n')),
  ('a goal of 200 emoji, each one character,', jsonb_build_array(repeat(U&'\+01F600', 200))),
  ('a zero-width space, which JavaScript does not trim,', jsonb_build_array(E'\u200b')),
  ('a quoted number', '["42"]')
) as cases(accepted, goals);

select throws_ok(pg_temp.insert_goals(goals), '23514', null, refused || ' is refused') from (values
  ('an empty array', '[]'::jsonb),
  ('a list of thirteen', (select jsonb_agg('goal ' || i) from generate_series(1, 13) as i)),
  ('an object', '{"0": "Run"}'),
  ('a string', '"Run"'),
  ('JSON null', 'null'),
  ('a number among the goals', '["Run", 1]'),
  ('null among the goals', '["Run", null]'),
  ('an array among the goals', '["Run", ["Swim"]]'),
  ('an empty goal', '["Run", ""]'),
  ('a goal of 201 characters', jsonb_build_array(repeat('x', 201))),
  ('a goal of 201 emoji', jsonb_build_array(repeat(U&'\+01F600', 201)))
) as cases(refused, goals);

-- everything that String.prototype.trim() removes in JavaScript, so that both sides agree
select throws_ok(pg_temp.insert_goals(jsonb_build_array(chr(code) || chr(code))), '23514', null,
  'a goal of nothing but U+' || upper(lpad(to_hex(code), 4, '0')) || ' is refused')
from unnest(array[
  9, 10, 11, 12, 13, 32, 160, 5760, 8192, 8195, 8202, 8232, 8233, 8239, 8287, 12288, 65279
]) as code;

select throws_ok('insert into vision_board_jobs (goals) values (null)', '23502', null, 'SQL null is refused');

set local role service_role;
select throws_ok(pg_temp.insert_goals('[]'), '23514', null, 'the service role is no exception');
rollback;
