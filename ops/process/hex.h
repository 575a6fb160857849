/* Hexadecimal digits: bytes as text and back.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a digit of either case, or -1. */
static inline int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The value of a digit where capitals are none, or -1. */
static inline int hex_value_lower(char digit)
{
    return digit >= 'A' && digit <= 'F' ? -1 : hex_value(digit);
}

/* Writes two lower-case digits a byte and returns the place behind them; no zero. */
static inline char *hex_put(char *at, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    return at;
}

/* Reads so many bytes from twice as many digits of either case, or of the lower one only. False: a digit is none. */
static inline bool hex_read(const char *at, size_t count, bool lower, uint8_t *ret_bytes)
{
    for (size_t i = 0; i < count; i++) {
        int high = lower ? hex_value_lower(at[2 * i]) : hex_value(at[2 * i]);
        int low = lower ? hex_value_lower(at[2 * i + 1]) : hex_value(at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret_bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
