/* The server behind TLS: the same exchanges, by a client of OpenSSL's.  SPDX-License-Identifier: Apache-2.0
 */
#include "rig.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_CLOSE(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

static char certificate_path[64] = "certificate-XXXXXX", key_path[64] = "key-XXXXXX";

static FILE *temporary(char *path)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    return file;
}

/* A key and a certificate that it signs itself, in two files. */
static int make_certificate(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    (void)state;
    assert_non_null(key);
    assert_non_null(certificate);
    X509_NAME *name = X509_get_subject_name(certificate);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    FILE *file = temporary(key_path);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    file = temporary(certificate_path);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return 0;
}

static int remove_certificate(void **state)
{
    (void)state;
    unlink(certificate_path);
    unlink(key_path);
    return 0;
}

static void start(struct rig *rig, unsigned loops)
{
    struct server_settings settings = rig_settings();
    settings.certificate = certificate_path;
    settings.certificate_key = key_path;
    settings.loops = loops;
    rig_start(rig, settings);
}

static SSL_CTX *client_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    assert_non_null(context);
    assert_int_equal(SSL_CTX_load_verify_locations(context, certificate_path, NULL), 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

static SSL *shake_hands(SSL_CTX *context, int fd)
{
    SSL *ssl = SSL_new(context);
    assert_non_null(ssl);
    SSL_set_fd(ssl, fd);
    if (SSL_connect(ssl) != 1)
        fail_msg("%s", ERR_error_string(ERR_get_error(), NULL));
    return ssl;
}

/* Says the text and hears until the server closes. */
static char *ask_tls(const struct rig *rig, const char *text, size_t cut)
{
    SSL_CTX *context = client_context();
    int fd = client(rig);
    SSL *ssl = shake_hands(context, fd);
    char *answer = memory_new(sizeof big + 65536);
    size_t length = 0;
    for (size_t at = 0; at < strlen(text); at += cut) {
        size_t piece = strlen(text) - at < cut ? strlen(text) - at : cut;
        assert_int_equal(SSL_write(ssl, text + at, (int)piece), (int)piece);
    }
    for (int got; (got = SSL_read(ssl, answer + length, 65536)) > 0;)
        length += (size_t)got;
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
    return answer;
}

static void replies(void **state)
{
    struct rig rig;
    (void)state;
    start(&rig, 2);
    const char *many =
        GET("/later?a=1") "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na==2" GET("/stream")
            GET_CLOSE("/later?a=4");
    const char *order[] = {"202", "a=1", "a==2", "data: 1", "data: 2", "0\r\n\r\n", "a=4"};
    for (size_t cut = 7; cut < 600; cut += 300) {
        char *text = ask_tls(&rig, many, cut);
        const char *at = text;
        for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
            at = strstr(at, order[i]);
            assert_non_null(at);
        }
        free(text);
    }
    char *text = ask_tls(&rig, GET_CLOSE("/big"), 1000);
    assert_int_equal(strlen(strstr(text, "\r\n\r\n") + 4), sizeof big);
    free(text);
    text = ask_tls(&rig, "GET / HTTP/1.1\r\n\r\n", 1000);
    assert_has(text, "HTTP/1.1 400 ");
    free(text);
    rig_stop(&rig);
}

static void large_request(void **state)
{
    struct rig rig;
    struct buffer text = buffer_new(1 << 20);
    (void)state;
    start(&rig, 1);
    buffer_add_text(
        &text, "POST /echo?large HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n");
    for (int i = 0; i < 20000; i++)
        buffer_add_text(&text, "0123456789");
    buffer_add_byte(&text, '\0');
    char *answer = ask_tls(&rig, text.at, 16000);
    assert_int_equal(strlen(strstr(answer, "\r\n\r\n") + 4), 200000);
    free(answer);
    buffer_free(&text);
    rig_stop(&rig);
}

static void clients_that_leave(void **state)
{
    struct rig rig;
    SSL_CTX *context = client_context();
    (void)state;
    start(&rig, 1);
    char *answer = ask(&rig, GET("/echo")); /* no TLS at all */
    assert_lacks(answer, "HTTP/1.1");
    free(answer);
    const char *asked[] = {GET("/hold"), GET("/stream?on")};
    for (int i = 0; i < 2; i++) {
        struct linger hard = {1, 0};
        int fd = client(&rig);
        SSL *ssl = shake_hands(context, fd);
        assert_true(SSL_write(ssl, asked[i], (int)strlen(asked[i])) > 0);
        UNTIL(rig_counts(&rig).requests == (uint64_t)i + 1);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(fd);
        SSL_free(ssl);
        UNTIL(__atomic_load_n(&rig.gone, __ATOMIC_SEQ_CST) == i + 1);
    }
    UNTIL(rig_counts(&rig).open == 0);
    int idle = client(&rig); /* never shakes hands: the idle deadline or the stop ends it */
    UNTIL(rig_counts(&rig).open == 1);
    SSL_CTX_free(context);
    rig_stop(&rig);
    close(idle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies),
        cmocka_unit_test(large_request),
        cmocka_unit_test(clients_that_leave),
    };
    memset(big, 'b', sizeof big);
    return cmocka_run_group_tests(tests, make_certificate, remove_certificate);
}
