/* Clients, the newest first. Writes nothing. */
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'client', p.account, 'name', p.name, 'organisation', p.organisation, 'scopes', p.scopes,
        'opened_at', wire_time(p.opened_at), 'opened_by', p.opened_by, 'expires_at', wire_time(p.expires_at),
        'closed_at', wire_time(p.closed_at),
        'keys', case when p.closed_at is null
                then (select count(*) from api_key k where k.account = p.account and not k.ended and k.expires_at > $2::timestamptz) else 0 end))
        order by p.opened_at desc, p.account), '[]'),
    (select count(*) from api_client)
from (select * from api_client where $1::uuid is not null order by opened_at desc, account limit $3 offset $4) p
