-- A board's setting says since when it is so; for one switched before, as far as the inbox still has its command.  SPDX-License-Identifier: Apache-2.0
alter table board_setting add column since timestamptz, add column switched_at timestamptz;
update board_setting b set switched_at = i.accepted_at, since = case when b.version = 1 then i.accepted_at end
from flow.inbox i where i.message_id = b.command and i.worker = 'points';
