/* An application that we have at an outside service.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"

struct cloud_app {
    const char *base; /* "https://api.weixin.qq.com" */
    const char *id;   /* empty: there is none */
    char secret[257];
};

/* Takes in where the service is, the application's id, and its secret from a file that nobody else may read. */
MUST bool cloud_app_read(const char *base, const char *id, const char *secret_file, struct cloud_app *ret_app,
                         struct problem *problem);
