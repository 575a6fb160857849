/* A new first password, where the account is not the actor's own and holds nothing but the role of a member, or a security
   administrator asks; nothing and no row otherwise. Writes credential, account.sessions_from, credential_reset. */
with may as (
    select a.id from account a
    where a.id = $1 and a.id <> $2
        and (not exists (select from account_grant g where g.account = a.id and g.role <> 'member' and g.ended_at is null
                             and coalesce(g.until_at > $4, true))
             or exists (select from account_grant g where g.account = $2 and g.role = 'security_administrator' and g.ended_at is null
                            and coalesce(g.from_at <= $4, true) and coalesce(g.until_at > $4, true)))
),
credentials as (
    update credential c set phc = $3, must_change = true, changed_at = $4 from may m where c.account = m.id
),
accounts as (
    update account a set sessions_from = $4 from may m where a.id = m.id
),
noted as (
    insert into credential_reset (command, account, actor, reason, reset_at) select $5, m.id, $2, $6, $4 from may m
)
select id from may
