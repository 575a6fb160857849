/* The first account of an empty house, made by `front administrator`.  SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Makes the account of the settings admin and admin_password, with the administrators' roles over the whole county, where
 * there is no account yet; says on standard output what it did. The process's exit code. */
int administrator_make(void);
