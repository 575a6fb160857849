/* How a case stands after its steps.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/case.h"

#include "process/clock.h"

bool case_date(const struct standing *standing, int fact, int32_t *ret_day)
{
    const struct fact_value *value = fact == PACK_NONE ? NULL : standing->facts[fact];
    *ret_day = value && value->has_date ? (int32_t)value->date : 0;
    return value && value->has_date;
}

static void start(const struct pack *pack, const struct calendar *calendar, int number, size_t generation, int64_t at,
                  struct standing *standing)
{
    struct standing_deadline *deadline = &standing->deadlines[number];
    int32_t from;
    if (!case_date(standing, pack->deadlines[number].since, &from))
        from = clock_day(at);
    *deadline = (struct standing_deadline){.generation = generation};
    deadline->due_on = span_end(calendar, from, &pack->deadlines[number].row->within, 1, &deadline->provisional);
}

void case_stand_on(const struct pack *pack, const struct calendar *calendar, size_t generation, const struct step *step,
                   struct standing *standing)
{
    for (size_t i = 0; i < step->given->facts.count; i++) {
        int fact = pack_fact_of(pack, step->given->facts.at[i].fact);
        if (fact != PACK_NONE) {
            standing->facts[fact] = &step->given->facts.at[i].value;
            standing->place.known |= (set)1 << fact;
        }
    }
    standing->made[step->move]++;
    standing->place = walk_next(pack, &standing->place, step->move, step->clock, false);
    for (int i = 0; i < pack->deadline_count; i++) {
        if ((pack->deadlines[i].started_by >> step->move & 1) && (standing->place.running >> i & 1))
            start(pack, calendar, i, generation, step->at, standing);
    }
}

void case_stand(const struct case_record *record, const struct calendar *calendar, struct standing *ret_standing)
{
    *ret_standing = (struct standing){.place = {.state = PACK_NONE}};
    for (size_t i = 0; i < record->count; i++)
        case_stand_on(record->pack, calendar, i + 1, &record->steps[i], ret_standing);
}

size_t case_papers(const struct case_record *record, struct slice name)
{
    size_t count = 0;
    for (size_t i = 0; i < record->count; i++)
        for (size_t k = 0; k < record->steps[i].given->papers.count; k++)
            count += slice_equal(record->steps[i].given->papers.at[k].paper, name);
    return count;
}
