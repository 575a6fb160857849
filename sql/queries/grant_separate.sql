/* Whether the account holds, or will hold, another of the three administrators' roles at $4, each of which is a person's alone.
   Writes nothing. */
select g.role from account_grant g
where g.account = $1 and $2 = any($3::text[]) and g.role = any($3) and g.role <> $2 and g.ended_at is null
    and coalesce(g.until_at > $4::timestamptz, true) limit 1
