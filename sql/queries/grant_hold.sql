/* How many grants an account has that are not over at $2; its row is locked, so that its grants change one after the other. Writes
   nothing. */
select (select count(*) from account_grant g
        where g.account = a.id and g.ended_at is null and (g.until_at is null or g.until_at > $2::timestamptz))
from account a where a.id = $1 for update
