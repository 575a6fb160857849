/* Applications at outside services.  SPDX-License-Identifier: Apache-2.0 */
#include "producers/cloud/app.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool no_file(struct problem *problem, const char *path)
{
    return problem_say(problem, PROBLEM_bad_key_file, "%s must hold an application's secret and be its owner's alone",
                       "%s 须存有应用密钥，且仅属主可读", path);
}

bool cloud_app_read(const char *base, const char *id, const char *secret_file, struct cloud_app *ret_app,
                    struct problem *problem)
{
    struct stat stat;
    *ret_app = (struct cloud_app){.base = base, .id = id};
    if (!id[0])
        return true;
    int file = open(secret_file, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return no_file(problem, secret_file);
    bool own = fstat(file, &stat) == 0 && !(stat.st_mode & 077);
    ssize_t got = own ? read(file, ret_app->secret, sizeof ret_app->secret - 1) : -1;
    close(file);
    while (got > 0 && (ret_app->secret[got - 1] == '\n' || ret_app->secret[got - 1] == ' '))
        got--;
    if (got <= 0)
        return no_file(problem, secret_file);
    ret_app->secret[got] = 0;
    return true;
}
