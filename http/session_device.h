/* Devices: what a browser says it is, and the secret by which a device is known at its next log-in.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/front.h"

enum { DEVICE_TEXT = 64 };

/* Writes the device's secret: its id and a MAC that binds it to the log-in name, 64 hex digits and a zero. It needs no
 * look-up, so that a known device can be told apart before anything is computed. */
void device_secret(const struct seal *seal, struct id device, struct slice login, char ret_text[static DEVICE_TEXT + 1]);

/* Whether the text is a device's secret for that log-in name. */
MUST bool device_known(const struct seal *seal, struct slice text, struct slice login, struct id *ret_device);

/* Appends what a User-Agent says it is, in words for its owner: "微信 · Android"; nothing of it is kept besides. */
void device_name(struct slice user_agent, struct buffer *name);

/* Registers the calls on devices. */
void devices_offer(struct front *front);
