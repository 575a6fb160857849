/* TLS by OpenSSL under libevent's bufferevents.  SPDX-License-Identifier: Apache-2.0 */
#include "http/tls.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>

/* Only HTTP/1.1 is spoken: a client that offers a list without it is refused in the handshake. */
static int choose_protocol(SSL *ssl, const unsigned char **ret_name, unsigned char *ret_length,
                           const unsigned char *offered, unsigned offered_length, void *context)
{
    static const unsigned char ours[] = "\x08http/1.1";
    (void)ssl;
    (void)context;
    unsigned char *chosen;
    int found = SSL_select_next_proto(&chosen, ret_length, ours, sizeof ours - 1, offered, offered_length);
    *ret_name = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static struct ssl_ctx_st *fail(SSL_CTX *tls, const char *what, const char *file, char ret_fault[256])
{
    char reason[128];
    ERR_error_string_n(ERR_peek_last_error(), reason, sizeof reason);
    ERR_clear_error();
    snprintf(ret_fault, 256, "%s %.80s: %s", what, file, reason);
    SSL_CTX_free(tls);
    return NULL;
}

struct ssl_ctx_st *tls_new(const char *certificate, const char *key, char ret_fault[256])
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (!tls)
        return fail(NULL, "TLS", "", ret_fault);
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_options(tls,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, NULL);
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1)
        return fail(tls, "certificate", certificate, ret_fault);
    if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(tls) != 1)
        return fail(tls, "certificate's key", key, ret_fault);
    return tls;
}

void tls_free(struct ssl_ctx_st *tls)
{
    SSL_CTX_free(tls);
}

struct bufferevent *tls_accept(struct ssl_ctx_st *tls, struct event_base *base, int fd)
{
    SSL *ssl = SSL_new(tls);
    if (!ssl)
        return NULL;
    struct bufferevent *connection = bufferevent_openssl_socket_new(
        base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
    if (!connection)
        SSL_free(ssl);
    return connection;
}

void tls_close(struct bufferevent *connection)
{
    SSL *ssl = bufferevent_openssl_get_ssl(connection);
    if (ssl && SSL_is_init_finished(ssl))
        SSL_shutdown(ssl);
    ERR_clear_error();
    bufferevent_setcb(connection, NULL, NULL, NULL, NULL);
    bufferevent_free(connection);
}
