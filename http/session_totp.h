/* One-time passwords by time (RFC 6238): SHA-1, thirty seconds, six digits.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

enum { TOTP_SECRET = 20, TOTP_DIGITS = 6, TOTP_BASE32 = 32 };

/* The code of a step. */
uint32_t totp_code(const uint8_t secret[static TOTP_SECRET], int64_t step);

/* The step whose code the text is, the one before and the one after the present counting too; -1 if it is none's. */
int64_t totp_step(const uint8_t secret[static TOTP_SECRET], struct slice text, int64_t now_ms);

/* Writes bytes as base32 without padding (RFC 4648); the number of bytes is one of 5, 10 … */
void base32_put(char *at, const uint8_t *bytes, size_t count);
