/* The same values of people under another key. Writes person_sealed. */
update person_sealed s set sealed = i.sealed from unnest($1::uuid[], $2::text[]) as i(fact, sealed) where s.fact = i.fact
