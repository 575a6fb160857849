/* One-time passwords by time.  SPDX-License-Identifier: Apache-2.0 */
#include "http/session_totp.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { STEP_MS = 30000, SUM = 20, MILLION = 1000000 };

uint32_t totp_code(const uint8_t secret[static TOTP_SECRET], int64_t step)
{
    uint8_t counter[8], sum[SUM];
    unsigned length = sizeof sum;
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    const void *made = HMAC(EVP_sha1(), secret, TOTP_SECRET, counter, sizeof counter, sum, &length);
    assert(made && length == SUM);
    const uint8_t *at = sum + (sum[SUM - 1] & 15);
    uint32_t word = (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    return word % MILLION;
}

int64_t totp_step(const uint8_t secret[static TOTP_SECRET], struct slice text, int64_t now_ms)
{
    int64_t present = now_ms / STEP_MS, found = -1;
    uint32_t told = 0;
    if (text.length != TOTP_DIGITS)
        return -1;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return -1;
        told = told * 10 + (uint32_t)(text.at[i] - '0');
    }
    for (int64_t step = present - 1; step <= present + 1; step++)
        if (step >= 0 && totp_code(secret, step) == told)
            found = step;
    return found;
}

void base32_put(char *at, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        word = word << 8 | bytes[i];
        if (i % 5 < 4)
            continue;
        for (int shift = 35; shift >= 0; shift -= 5)
            *at++ = digits[word >> shift & 31];
        word = 0;
    }
}
