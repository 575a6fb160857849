-- The second lock: whose rows of people a statement of the front may see.  SPDX-License-Identifier: Apache-2.0
-- A statement of the front says in its transaction whose rows it may see: 'reach.tops', the tops of the caller's
-- subtrees ('*': the whole county), and 'reach.actor', himself. What says nothing sees nobody's. Workers decide for all: their role
-- bypasses these policies (COPY takes no other).
create function reach_whole() returns boolean language sql stable as $$
    select coalesce(current_setting('reach.tops', true) = '*', false)
$$;
create function reach_tops() returns uuid[] language sql stable as $$
    select case when current_setting('reach.tops', true) <> '*' then nullif(current_setting('reach.tops', true), '')::uuid[] end
$$;
create function reach_actor() returns uuid language sql stable as $$
    select nullif(current_setting('reach.actor', true), '')::uuid
$$;

-- The organisations within reach, by the interval of their places.
create view reach as
    select o.id as organisation from organisation t join organisation o on o.place between t.place and t.last
    where t.id = any ((select reach_tops())::uuid[]);

-- Whether an organisation stands below one of these or is one: the same interval, for statements that are given tops.
create function organisation_within(organisation_ uuid, tops uuid[]) returns boolean language sql stable as $$
    select exists (select from organisation o join organisation t on o.place between t.place and t.last
                   where o.id = organisation_ and t.id = any (tops))
$$;

-- Grants: over an organisation within reach, or one's own.
alter table account_grant enable row level security;
create policy reach on account_grant for select using (
    (select reach_whole()) or account = (select reach_actor()) or organisation in (select organisation from reach));

-- Accounts: of an organisation within reach, or who holds something there, or oneself. All else of a person follows his account.
alter table account enable row level security;
create policy reach on account for select using (
    (select reach_whole()) or id = (select reach_actor()) or organisation in (select organisation from reach)
    or exists (select from account_grant g where g.account = account.id and g.organisation in (select organisation from reach)));

-- Puts a table under the lock whose column says whose each row is.
create function reach_guard(guarded regclass, person name) returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', guarded);
    execute format('create policy reach on %1$s for select using ((select reach_whole()) or %2$I = (select reach_actor())'
                   ' or exists (select from account a where a.id = %2$I'
                   ' and a.organisation in (select organisation from reach)))', guarded, person);
end $$;
revoke execute on function reach_guard(regclass, name) from public;
select reach_guard(guarded::regclass, person) from (values ('member', 'account'), ('attempt', 'member'), ('sheet', 'member'),
    ('sheet_history', 'member'), ('extra_time', 'member'), ('refused_hand_in', 'member'), ('key_change', 'member'),
    ('points_ledger', 'member'), ('points_tally', 'member')) g (guarded, person);
alter table answer enable row level security;
create policy reach on answer for select using (
    (select reach_whole()) or exists (select from attempt t where t.id = answer.attempt));
alter table admission enable row level security;
create policy reach on admission for select using (
    (select reach_whole()) or exists (select from refused_hand_in r where r.command = admission.hand_in));
alter view points_sum set (security_invoker = true);

-- How many may sit an examination, whoever asks: a number, and nobody's row.
create function exam_size(exam_ uuid) returns bigint language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) from exam_seats(exam_) s join account a on a.organisation = s and a.active join member m on m.account = a.id
$$;
revoke execute on function exam_size(uuid) from public;
