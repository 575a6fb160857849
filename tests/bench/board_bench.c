/* Measures the leaderboard, and checks it against a sort.  SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "http/board_parts.h"

/* board_bench MEMBERS [PERIODS]: one line an operation, CPU nanoseconds (median, least and most of five
 * rounds). */
#define ROUNDS 5u
#define COMMITTEES 20u
#define BRANCH_MEMBERS 28u
#define BATCH 256u
#define SAMPLES 10000u
#define ASKED 6u /* rank in county, committee, branch; neighbours; top 100; count */

static const uint32_t period_names[4] = {BOARD_ALL, 2026, 20264, 202611};
static const uint32_t period_steps[4] = {1500, 800, 250, 90};

/* Points that differ from the first ones, by member and period. */
struct change {
    uint64_t key; /* 0 is free */
    int32_t points;
};

struct bench {
    struct board *board;
    uint32_t members, periods, checked, branches, generals, organisations, operations, ticks;
    struct change *changes;
    struct board_record *records;
    atomic_bool over;
    uint64_t reader_asked, reader_missed, reader_slowest_ns;
    uint64_t state;
};

static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static uint32_t draw(uint64_t *state, uint32_t below)
{
    return (uint32_t)((mix((*state)++) >> 32) * below >> 32);
}

static struct id member_id(uint32_t member)
{
    uint64_t words[2] = {mix(member * 2ull + 1), mix(member * 2ull + 2)};
    struct id id;
    memcpy(id.bytes, words, sizeof id.bytes);
    return id;
}

/* County 0, committees 1 to 20, general branches (one for every eight branches), branches. */
static uint32_t branch_of(const struct bench *bench, uint32_t member)
{
    return 1 + COMMITTEES + bench->generals + (uint32_t)(mix(member * 3ull + 7) % bench->branches);
}

static uint32_t parent_of(const struct bench *bench, uint32_t organisation)
{
    if (organisation == 0)
        return BOARD_NOWHERE;
    if (organisation <= COMMITTEES)
        return 0;
    uint32_t branch = organisation - 1 - COMMITTEES - bench->generals;
    if (organisation > COMMITTEES + bench->generals && branch % 2)
        return 1 + COMMITTEES +
               branch / 8 % bench->generals; /* half of the branches stand under general branches */
    return 1 + organisation % COMMITTEES;
}

static struct change *change_of(const struct bench *bench, uint32_t member, uint32_t period)
{
    uint32_t mask = (1u << 23) - 1;
    uint64_t key = ((uint64_t)member * 4 + period) + 1;
    uint32_t at = (uint32_t)mix(key) & mask;
    while (bench->changes[at].key && bench->changes[at].key != key)
        at = (at + 1) & mask;
    return &bench->changes[at];
}

static int32_t first_points(uint32_t member, uint32_t period)
{
    uint64_t drawn = mix(member * 4ull + period + 99);
    uint32_t steps = period_steps[period];
    return (int32_t)((drawn % steps + (drawn >> 32) % steps) * 50);
}

static int32_t points_of(const struct bench *bench, uint32_t member, uint32_t period)
{
    const struct change *change = change_of(bench, member, period);
    return change->key ? change->points : first_points(member, period);
}

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static uint64_t wall_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static double pss_bytes(void)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    char line[200];
    unsigned long kib = 0;
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Pss: %lu kB", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return (double)kib * 1024;
}

static int compare_double(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

static void report(const struct bench *bench, const char *what, double rounds[static ROUNDS])
{
    qsort(rounds, ROUNDS, sizeof *rounds, compare_double);
    printf("board\t%s\t%u members\tcpu_ns=%.0f\tleast=%.0f\tmost=%.0f\n", what, bench->members,
           rounds[ROUNDS / 2], rounds[0], rounds[ROUNDS - 1]);
    fflush(stdout);
}

static void apply(struct bench *bench, const struct board_record *records, size_t count)
{
    size_t applied = board_apply(bench->board, records, count);
    if (applied != count) {
        fprintf(stderr, "board_bench: a ceiling was passed\n");
        exit(1);
    }
}

static void load_people(struct bench *bench)
{
    double began = cpu_ns();
    for (uint32_t i = 0; i < bench->organisations; i++)
        if (!board_set_organisation(bench->board, i, parent_of(bench, i)))
            exit(1);
    for (uint32_t member = 0; member < bench->members; member++)
        if (!board_set_member(bench->board, member_id(member), branch_of(bench, member)))
            exit(1);
    printf("board\tset member\t%u members\tcpu_ns=%.0f\n", bench->members,
           (cpu_ns() - began) / bench->members);
}

/* All members in all periods, in the order of their numbers, as a topic read from its beginning gives them.
 */
static void load_records(struct bench *bench, uint32_t period)
{
    struct board_record records[BATCH];
    double began = cpu_ns();
    for (uint32_t member = 0; member < bench->members;) {
        size_t count = 0;
        for (; count < BATCH && member < bench->members; member++, count++)
            records[count] = (struct board_record){member_id(member), first_points(member, period), 1,
                                                   period_names[period]};
        apply(bench, records, count);
    }
    printf("board\tload period %u\t%u members\tcpu_ns=%.0f\n", period_names[period], bench->members,
           (cpu_ns() - began) / bench->members);
    fflush(stdout);
}

/* Random members gain some points, one in twenty loses some: made before the clock runs. */
static void make_records(struct bench *bench)
{
    for (uint32_t i = 0; i < bench->operations; i++) {
        uint32_t member = draw(&bench->state, bench->members), period = draw(&bench->state, bench->periods);
        struct change *change = change_of(bench, member, period);
        int32_t points = points_of(bench, member, period);
        points += draw(&bench->state, 20) ? 50 * (int32_t)(1 + draw(&bench->state, 20)) : -500;
        *change = (struct change){((uint64_t)member * 4 + period) + 1, points};
        bench->records[i] = (struct board_record){member_id(member), points, 2 + ++bench->ticks,
                                                  period_names[period]};
    }
}

static double time_updates(struct bench *bench)
{
    make_records(bench);
    double began = cpu_ns();
    for (uint32_t i = 0; i < bench->operations; i += BATCH)
        apply(bench, bench->records + i, bench->operations - i < BATCH ? bench->operations - i : BATCH);
    return (cpu_ns() - began) / bench->operations;
}

/* Asks one question of a kind about a drawn member; whether there was an answer. */
static bool ask(struct bench *bench, unsigned kind, const struct board_record *record, uint32_t branch)
{
    struct board_row rows[100];
    uint32_t total, organisation = kind == 0 ? 0 : branch;
    size_t mine;
    bool there = true;
    if (kind == 1)
        while (organisation > COMMITTEES)
            organisation = parent_of(bench, organisation);
    if (kind <= 2)
        there = board_rank(bench->board, organisation, record->period, record->member, rows);
    else if (kind == 3)
        there = board_around(bench->board, 0, record->period, record->member, 5, 5, rows, &mine, &total) > 0;
    else if (kind == 4)
        there = board_page(bench->board, record->points % (COMMITTEES + 1), record->period, 0, 100, rows,
                           &total) > 0;
    else
        there = board_count(bench->board, branch, record->period) > 0;
    return there;
}

static double time_questions(struct bench *bench, unsigned kind)
{
    uint32_t count = kind == 4 ? bench->operations / 20 : bench->operations;
    uint32_t *branches = memory_new_many(count, sizeof *branches);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t member = draw(&bench->state, bench->members);
        bench->records[i] = (struct board_record){
            .member = member_id(member),
            .points = draw(&bench->state, 1000),
            .period = period_names[draw(&bench->state, bench->periods)]};
        branches[i] = board_member(bench->board, bench->records[i].member);
    }
    double began = cpu_ns();
    for (uint32_t i = 0; i < count; i++)
        if (!ask(bench, kind, &bench->records[i], branches[i])) {
            fprintf(stderr, "board_bench: a member is missing from a ranking (question %u)\n", kind);
            exit(1);
        }
    double took = (cpu_ns() - began) / count;
    free(branches);
    return took;
}

/* A reader that asks everything in turn until it is over. */
static void *reader(void *argument)
{
    struct bench *bench = argument;
    uint64_t state = 77;
    while (!bench->over) {
        uint32_t member = draw(&state, bench->members);
        struct board_record record = {.member = member_id(member),
                                      .points = draw(&state, 1000),
                                      .period = period_names[draw(&state, bench->periods)]};
        unsigned kind = draw(&state, 20);
        uint64_t began = wall_ns();
        uint32_t branch = board_member(bench->board, record.member);
        unsigned question = kind >= 18 ? 4 : kind % 3 == 0 ? 0 : kind % 3 == 1 ? 2 : 3;
        if (!ask(bench, question, &record, branch)) /* its branch has changed since */
            bench->reader_missed++;
        uint64_t took = wall_ns() - began;
        bench->reader_slowest_ns = took > bench->reader_slowest_ns ? took : bench->reader_slowest_ns;
        bench->reader_asked++;
    }
    return NULL;
}

/* Updates, moves and a month turning while a reader asks. */
static void together(struct bench *bench)
{
    double updates[ROUNDS], moves[ROUNDS], turned[ROUNDS];
    pthread_t thread;
    if (pthread_create(&thread, NULL, reader, bench) != 0)
        exit(1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        updates[round] = time_updates(bench);
        uint32_t count = bench->operations / 20;
        double began = cpu_ns();
        for (uint32_t i = 0; i < count; i++)
            if (!board_set_member(bench->board, member_id(draw(&bench->state, bench->members)),
                                  1 + COMMITTEES + bench->generals + draw(&bench->state, bench->branches)))
                exit(1);
        moves[round] = (cpu_ns() - began) / count;
        for (uint32_t i = 0; i < bench->operations; i++)
            bench->records[i] = (struct board_record){member_id((i * 5 + round) % bench->members),
                                                      i % 50 * 50, 1, 202612};
        began = cpu_ns();
        for (uint32_t i = 0; i < bench->operations / 4; i += BATCH)
            apply(bench, bench->records + i, BATCH);
        turned[round] = (cpu_ns() - began) / (bench->operations / 4);
    }
    uint64_t wall = wall_ns();
    board_remove_period(bench->board, 202612);
    wall = wall_ns() - wall;
    bench->over = true;
    (void)pthread_join(thread, NULL);
    report(bench, "update, a reader asking meanwhile", updates);
    report(bench, "a member changes branch, all periods", moves);
    report(bench, "first records of a new month", turned);
    printf("board\tmonth given back\t%u members\twall_us=%.0f\nboard\treader meanwhile\t%u "
           "members\tasked=%" PRIu64 "\tbranch_left=%" PRIu64 "\tslowest_us=%.0f\n",
           bench->members, (double)wall / 1e3, bench->members, bench->reader_asked, bench->reader_missed,
           (double)bench->reader_slowest_ns / 1e3);
}

/* What the board said about one drawn member. */
struct sample {
    uint64_t key; /* order and first bits of the id */
    uint32_t group[3], rank[3];
    struct board_row around[3];
    uint32_t rows, mine;
};

static uint64_t key_of(const struct bench *bench, uint32_t member, uint32_t period)
{
    struct id id = member_id(member);
    uint32_t prefix = (uint32_t)id.bytes[0] << 24 | (uint32_t)id.bytes[1] << 16 | (uint32_t)id.bytes[2] << 8 |
                      id.bytes[3];
    return (uint64_t)(0x7FFFFFFFu - (uint32_t)points_of(bench, member, period)) << 32 | prefix;
}

static int compare_key(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;
    return (one > two) - (one < two);
}

static uint32_t keys_below(const uint64_t *keys, uint32_t count, uint64_t key)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void sample_draw(struct bench *bench, uint32_t period, struct sample *sample)
{
    struct board_row row;
    uint32_t member = draw(&bench->state, bench->members), total;
    size_t mine;
    sample->key = key_of(bench, member, period);
    sample->group[0] = 0;
    sample->group[1] = sample->group[2] = board_member(bench->board, member_id(member));
    while (sample->group[1] > COMMITTEES)
        sample->group[1] = parent_of(bench, sample->group[1]);
    for (unsigned i = 0; i < 3; i++) {
        if (!board_rank(bench->board, sample->group[i], period_names[period], member_id(member), &row))
            exit(1);
        sample->rank[i] = row.rank;
    }
    sample->rows = (uint32_t)board_around(bench->board, 0, period_names[period], member_id(member), 1, 1,
                                          sample->around, &mine, &total);
    sample->mine = (uint32_t)mine;
}

/* Compares neighbours and ranks of the samples with what a plain sort of all members says; says how many
 * differ. */
static uint32_t samples_differ(const struct bench *bench, const struct sample *samples, uint64_t *keys,
                               unsigned group)
{
    uint32_t differ = 0;
    qsort(keys, bench->members, sizeof *keys, compare_key);
    for (uint32_t i = 0; i < SAMPLES / bench->checked; i++) {
        const struct sample *sample = &samples[i];
        if (group > 0) { /* keys are group and order */
            uint64_t base = (uint64_t)sample->group[group] << 32;
            uint32_t first = keys_below(keys, bench->members, base);
            differ += keys_below(keys, bench->members, base | sample->key >> 32) - first + 1 !=
                      sample->rank[group];
            continue;
        }
        uint32_t place = keys_below(keys, bench->members, sample->key);
        differ += keys_below(keys, bench->members, sample->key >> 32 << 32) + 1 != sample->rank[0];
        for (uint32_t k = 0; k < sample->rows; k++)
            differ += 0x7FFFFFFFu - (uint32_t)sample->around[k].points !=
                      keys[place + k - sample->mine] >> 32;
    }
    return differ;
}

static uint32_t check(struct bench *bench)
{
    uint32_t differ = 0, per_period = SAMPLES / bench->checked,
             *branches = memory_new_many(bench->members, sizeof *branches);
    struct sample *samples = memory_new_many(SAMPLES, sizeof *samples);
    for (uint32_t i = 0; i < per_period * bench->checked; i++)
        sample_draw(bench, i / per_period, &samples[i]);
    for (uint32_t member = 0; member < bench->members; member++)
        branches[member] = board_member(bench->board, member_id(member));
    board_free(bench->board);
    bench->board = NULL;
    uint64_t *keys = memory_new_many(bench->members, sizeof *keys);
    for (uint32_t period = 0; period < bench->checked; period++)
        for (unsigned group = 0; group < 3; group++) {
            for (uint32_t member = 0; member < bench->members; member++) {
                uint32_t organisation = branches[member];
                while (group == 1 && organisation > COMMITTEES)
                    organisation = parent_of(bench, organisation);
                keys[member] = key_of(bench, member, period);
                if (group > 0)
                    keys[member] = (uint64_t)organisation << 32 | keys[member] >> 32;
            }
            differ += samples_differ(bench, samples + (size_t)period * per_period, keys, group);
        }
    free(keys);
    free(samples);
    free(branches);
    return differ;
}

static void memory(struct bench *bench, double before)
{
    const struct board_names *names = &bench->board->names;
    double total = pss_bytes() - before;
    double named = 16.0 * names->count + 4.0 * (names->mask[0] + 1.0) +
                   (names->slots[1] ? 4.0 * (names->mask[1] + 1.0) : 0);
    double pairs = (double)bench->members * bench->periods;
    printf("board\tmemory\t%u members\tpss_bytes=%.0f\tnames_bytes=%.0f\tbytes_a_member_and_period=%.2f\n",
           bench->members, total, named, (total - named) / pairs);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    static const char *const questions[ASKED] = {
        "rank in the county", "rank in a committee", "rank in a branch", "neighbours, 5 and 5", "top 100",
        "count of a branch"};
    struct bench bench = {.members = count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 10) : 10000,
                          .periods = count > 2 ? (uint32_t)strtoul(arguments[2], NULL, 10) : 4,
                          .operations = 200000};
    assert(bench.members >= 1000 && bench.periods >= 1 && bench.periods <= 4);
    bench.checked = bench.members > 20000000 ? 1 : bench.periods; /* a sort of 10^8 takes long */
    bench.branches = bench.members / BRANCH_MEMBERS;
    bench.generals = bench.branches / 8 + 1;
    bench.organisations = 1 + COMMITTEES + bench.generals + bench.branches;
    double before = pss_bytes(), rounds[ROUNDS];
    bench.board = board_new(&(struct board_settings){bench.members, bench.organisations, COMMITTEES, 6});
    load_people(&bench);
    printf("board\tpeople loaded\t%u members\tpss_bytes=%.0f\n", bench.members, pss_bytes() - before);
    for (uint32_t period = 0; period < bench.periods; period++)
        load_records(&bench, period);
    memory(&bench, before);
    before = pss_bytes() - before;
    bench.changes = memory_new_many(1u << 23, sizeof *bench.changes);
    bench.records = memory_new_many(bench.operations, sizeof *bench.records);
    for (unsigned round = 0; round < ROUNDS; round++)
        rounds[round] = time_updates(&bench);
    report(&bench, "update", rounds);
    for (unsigned kind = 0; kind < ASKED; kind++) {
        for (unsigned round = 0; round < ROUNDS; round++)
            rounds[round] = time_questions(&bench, kind);
        report(&bench, questions[kind], rounds);
    }
    together(&bench);
    uint32_t differ = check(&bench);
    printf("board\tsampled answers that differ from a plain sort\t%u members\t%u of %u\n", bench.members,
           differ, SAMPLES / bench.checked * bench.checked);
    free(bench.changes);
    free(bench.records);
    return differ != 0;
}
