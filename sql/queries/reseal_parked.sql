/* The same parked messages under another key. Writes flow.parked. */
update flow.parked p set sealed = convert_to(i.sealed, 'UTF8') from unnest($1::uuid[], $2::text[]) as i(entry, sealed)
where p.entry = i.entry
