-- The second lock on the tables of people, cases, movements, devices and the audit trail.  SPDX-License-Identifier: Apache-2.0
-- A person's file is of his organisation, which it follows; all that the file holds follows the person.
alter table person enable row level security;
create policy reach on person for select using (
    (select reach_whole()) or organisation in (select organisation from reach) or id = (select reach_actor()));
do $$
declare
    guarded regclass;
begin
    foreach guarded in array array['person_fact', 'person_index', 'person_role', 'person_entry']::regclass[] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy reach on %1$s for select using ((select reach_whole())'
                       ' or exists (select from person p where p.id = %1$s.person))', guarded);
    end loop;
end $$;

-- Where somebody is a member concerns the place said and the one he has now; a movement both its ends.
do $$
declare
    guarded regclass;
begin
    foreach guarded in array array['membership_fact', 'membership_version']::regclass[] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy reach on %1$s for select using ((select reach_whole())'
                       ' or organisation in (select organisation from reach) or exists (select from account a where a.id = %1$s.person))',
                       guarded);
    end loop;
end $$;
alter table membership_entry enable row level security;
create policy reach on membership_entry for select using (
    (select reach_whole()) or from_organisation in (select organisation from reach)
    or to_organisation in (select organisation from reach) or person = (select reach_actor()));

-- A case: of an organisation within reach, about oneself, or opened by oneself; all of it follows.
alter table case_file enable row level security;
create policy reach on case_file for select using (
    (select reach_whole()) or organisation in (select organisation from reach) or subject = (select reach_actor())
    or opened_by = (select reach_actor()));
do $$
declare
    guarded regclass;
begin
    foreach guarded in array array['case_step', 'case_deadline', 'case_task']::regclass[] loop
        execute format('alter table %s enable row level security', guarded);
        execute format('create policy reach on %1$s for select using (exists (select from case_file f where f.id = %1$s.matter))',
                       guarded);
    end loop;
end $$;

-- The audit trail: of an organisation within reach, or about oneself.
alter table audit.entry enable row level security;
create policy reach on audit.entry for select using (
    (select reach_whole()) or organisation in (select organisation from reach) or object = (select reach_actor()));

-- Where one is signed in and known besides is one's own alone; programs of others are of the organisation that they serve.
alter table session.device enable row level security;
create policy reach on session.device for select using (account = (select reach_actor()));
alter table session.session enable row level security;
create policy reach on session.session for select using (account = (select reach_actor()));
alter table identity_binding enable row level security;
create policy reach on identity_binding for select using (account = (select reach_actor()));
alter table api_client enable row level security;
create policy reach on api_client for select using (
    (select reach_whole()) or organisation in (select organisation from reach) or account = (select reach_actor()));
alter table api_key enable row level security;
create policy reach on api_key for select using (exists (select from api_client c where c.account = api_key.account));
