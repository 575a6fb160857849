/* A parked message for its replay, locked. Writes nothing. */
select topic, key, headers, sealed from flow.parked where entry = $1 for update
