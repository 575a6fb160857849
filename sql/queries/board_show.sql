/* How a board is switched; off where it never was; no row where there is no such board. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select json_strip_nulls(json_build_object('board', k.board, 'open', coalesce(b.open, false), 'names', b.names,
    'legal_basis', b.legal_basis, 'since', wire_time(b.since), 'switched_at', wire_time(b.switched_at)))
from (values ('members')) k (board) left join board_setting b using (board)
where k.board = $3::text
