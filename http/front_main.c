/* The program `front`; `front administrator` makes the first account.  SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "http/administrator.h"
#include "http/front.h"
#include "process/config.h"
#include "process/life.h"
#include "process/log.h"

int main(int count, char **words)
{
    struct front *front;
    struct problem problem;
    problem_none(&problem);
    config_load(CONFIG_FRONT);
    life_begin("front");
    if (count == 2 && strcmp(words[1], "administrator") == 0)
        return administrator_make();
    if (!front_new(&front, &problem)) {
        LOG(failed, log_text("detail", problem.detail));
        return problem.retriable ? LIFE_UNAVAILABLE : LIFE_FAILED;
    }
    front_run(front);
    front_free(front);
    LOG(ended);
    return life_code();
}
