/* Devices: names, secrets, and their end.  SPDX-License-Identifier: Apache-2.0 */
#include "http/session_device.h"

#include <string.h>

#include "http/session_job.h"
#include "process/hex.h"
#include "topics/messages.h"
#include "topics/seal.h"

enum { HALF = 16, BOUND_MOST = 128 };

/* The MAC of the id and the name. */
static void mac_of(const struct seal *seal, struct id device, struct slice login, uint8_t ret_mac[static HALF])
{
    struct buffer bound = buffer_new(BOUND_MOST + sizeof device);
    buffer_add(&bound, device.bytes, sizeof device.bytes);
    buffer_add_slice(&bound, login.length > BOUND_MOST ? (struct slice){login.at, BOUND_MOST} : login);
    seal_index(seal, "device", buffer_slice(&bound), ret_mac);
    buffer_free(&bound);
}

void device_secret(const struct seal *seal, struct id device, struct slice login, char ret_text[static DEVICE_TEXT + 1])
{
    uint8_t mac[HALF];
    mac_of(seal, device, login, mac);
    *hex_put(hex_put(ret_text, device.bytes, HALF), mac, HALF) = 0;
}

bool device_known(const struct seal *seal, struct slice text, struct slice login, struct id *ret_device)
{
    struct id device;
    uint8_t mac[HALF], told[HALF], differs = 0;
    if (text.length != DEVICE_TEXT || !hex_read(text.at, HALF, true, device.bytes) ||
        !hex_read(text.at + 2 * HALF, HALF, true, told))
        return false;
    mac_of(seal, device, login, mac);
    for (size_t i = 0; i < HALF; i++)
        differs |= mac[i] ^ told[i];
    if (!differs)
        *ret_device = device;
    return !differs;
}

/* What stands in a User-Agent, and what it means; the first that fits. */
struct mark {
    const char *text, *name;
};

static const char *first_of(const char *agent, const struct mark *marks, const char *otherwise)
{
    for (; marks->text; marks++)
        if (strstr(agent, marks->text))
            return marks->name;
    return otherwise;
}

void device_name(struct slice user_agent, struct buffer *name)
{
    static const struct mark programs[] = {{"MicroMessenger", "微信"}, {"DingTalk", "钉钉"},   {"Edg", "Edge"},
                                           {"OPR/", "Opera"},          {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"},
                                           {"Safari/", "Safari"},      {NULL, NULL}};
    static const struct mark systems[] = {{"HarmonyOS", "鸿蒙"},  {"Android", "Android"}, {"iPhone", "iPhone"},
                                          {"iPad", "iPad"},       {"Windows", "Windows"}, {"Mac OS X", "macOS"},
                                          {"Linux", "Linux"},     {NULL, NULL}};
    char agent[512];
    size_t length = user_agent.length < sizeof agent - 1 ? user_agent.length : sizeof agent - 1;
    if (length)
        memcpy(agent, user_agent.at, length);
    agent[length] = 0;
    const char *program = first_of(agent, programs, "其他程序"), *system = first_of(agent, systems, NULL);
    buffer_add_text(name, program);
    if (system) {
        buffer_add_text(name, " · ");
        buffer_add_text(name, system);
    }
}

static bool write_close(struct session_job *job, struct sql_connection *connection)
{
    return session_job_mine(job, connection, "session_device_close", "There is no such device of yours", "您没有这台设备") &&
           (job->problem.code != PROBLEM_none || session_job_end_all(job, connection, job->device));
}

static void answer_close(struct visit *visit)
{
    const struct device_close *asked = visit->message;
    session_job_about(visit, asked->device, write_close, session_answer_nothing);
}

void devices_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(device_close), answer_close);
}
