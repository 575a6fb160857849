/* Takes another's second factor away with its recovery codes; his sessions end. No row where it is the actor's own or there is
   none. Writes second_factor, recovery_code, account.sessions_from, factor_removal. */
with gone as (
    delete from second_factor where account = $1 and $1 <> $2 and confirmed_at is not null returning account
),
codes as (
    delete from recovery_code r using gone g where r.account = g.account
),
accounts as (
    update account a set sessions_from = $3 from gone g where a.id = g.account
),
noted as (
    insert into factor_removal (command, account, actor, reason, removed_at) select $4, g.account, $2, $5, $3 from gone g
)
select account from gone
