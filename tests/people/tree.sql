-- A county of 20 committees and 320 branches, as the tree's tables hold it today.  SPDX-License-Identifier: Apache-2.0
insert into organisation (id, parent, kind, name, short_name, ordinal, created_at)
values (md5('county')::uuid, null, 0, '中共某县委员会', '某县委', 0, now());
insert into organisation (id, parent, kind, name, short_name, ordinal, created_at)
select md5('committee' || n)::uuid, md5('county')::uuid, 2, '中共某县第' || n || '委员会', '第' || n || '党委', n, now()
from generate_series(1, 20) n;
insert into organisation (id, parent, kind, name, short_name, ordinal, created_at)
select md5('branch' || n)::uuid, md5('committee' || n % 20 + 1)::uuid, 4, '中共某县第' || n || '支部委员会', '第' || n || '支部', n, now()
from generate_series(1, 320) n;
select tree_number(md5('county')::uuid, 1, 1::bigint << 60);
