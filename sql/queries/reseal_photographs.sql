/* The same photographs under another key. Writes person_photograph. */
update person_photograph s set sealed = i.sealed from unnest($1::uuid[], $2::text[]) as i(fact, sealed) where s.fact = i.fact
