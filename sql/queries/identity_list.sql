/* My identities elsewhere. Writes nothing. */
select coalesce(json_agg(json_build_object('identity', b.id, 'provider', wire_identity_provider(b.provider),
                                           'bound_at', wire_time(b.bound_at)) order by b.provider), '[]'),
    count(*)
from identity_binding b
where b.account = $1 and b.unbound_at is null and $2::timestamptz is not null
