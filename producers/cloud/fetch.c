/* Requests to outside services, by libcurl.  SPDX-License-Identifier: Apache-2.0 */
#include "producers/cloud/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sys/random.h>
#include <time.h>

#include "process/config.h"

enum { PAUSE_MS = 100, PAUSE_DOUBLES = 5 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool stays(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
}

void fetch_parameter(struct buffer *url, const char *name, struct slice value)
{
    if (url->length && url->at[url->length - 1] != '?')
        buffer_add_byte(url, '&');
    buffer_add_text(url, name);
    buffer_add_byte(url, '=');
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if (c && stays(c))
            buffer_add_byte(url, (char)c);
        else
            buffer_add_format(url, "%%%02X", c);
    }
}

static size_t take(char *bytes, size_t size, size_t count, void *opaque)
{
    struct buffer *body = opaque;
    buffer_add(body, bytes, size * count);
    return body->overflowed ? 0 : size * count;
}

static enum fetched verdict(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return FETCHED;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return FETCH_UNSENT;
    default:
        return FETCH_UNSURE;
    }
}

static void set(CURL *curl, const char *url, struct buffer *body)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, config->test_mode ? "https,http" : "https");
    curl_easy_setopt(curl, CURLOPT_PROXY, config->cloud_proxy); /* empty: none, whatever the environment says */
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)config->cloud_wait_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)config->cloud_wait_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
}

enum fetched fetch(const struct buffer *url, struct slice json, int *ret_status, struct buffer *ret_body)
{
    char address[4096];
    long status = 0;
    pthread_once(&once, begin);
    buffer_empty(ret_body);
    CURL *curl = curl_easy_init();
    if (!curl || url->overflowed || url->length >= sizeof address) {
        curl_easy_cleanup(curl);
        return FETCH_UNSENT;
    }
    memcpy(address, url->at, url->length);
    address[url->length] = 0;
    set(curl, address, ret_body);
    struct curl_slist *headers = NULL;
    if (json.at) {
        headers = curl_slist_append(headers, "Content-Type: application/json");
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)json.length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json.at);
    }
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    *ret_status = (int)status;
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    explicit_bzero(address, sizeof address);
    return verdict(code);
}

void fetch_pause(int tries)
{
    uint16_t chance = 0;
    int64_t most = PAUSE_MS << (tries < PAUSE_DOUBLES ? tries : PAUSE_DOUBLES);
    if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
        chance = 0;
    int64_t pause = most / 2 + most / 2 * chance / UINT16_MAX;
    struct timespec time = {pause / 1000, pause % 1000 * 1000000};
    nanosleep(&time, NULL);
}
