#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Function-like and composed macros are invisible to Swift; each of these is one of them, spelled as a function.

static inline long forge_bio_contents(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

static inline int forge_bio_flush(BIO *bio) { return BIO_flush(bio); }

static inline void *forge_secure_allocate(size_t count) { return OPENSSL_secure_zalloc(count); }

static inline void forge_secure_release(void *memory, size_t count) { OPENSSL_secure_clear_free(memory, count); }

static inline void forge_release(void *memory) { OPENSSL_free(memory); }

static inline unsigned long forge_rfc2253_flags(void) { return XN_FLAG_RFC2253; }

// A stack of certificates, passed as the untyped stack that Swift sees; it owns a reference to each.
static inline int forge_certificates_append(OPENSSL_STACK *stack, X509 *certificate) {
    if (!X509_up_ref(certificate)) return 0;
    if (OPENSSL_sk_push(stack, certificate) > 0) return 1;
    X509_free(certificate);
    return 0;
}

static inline void forge_certificates_release(OPENSSL_STACK *stack) {
    sk_X509_pop_free((STACK_OF(X509) *)stack, X509_free);
}

// The private number of a key, in the machine's byte order, written to exactly `size` bytes; 1 when it fits.
// Here and not in Swift, because a parameter keeps the pointer to its name, and Swift's strings lend theirs for one call.
static inline int forge_private_number(const EVP_PKEY *key, void *memory, size_t size) {
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, memory, size), OSSL_PARAM_construct_end()};
    return EVP_PKEY_get_params(key, parameters) == 1 && parameters[0].return_size == size;
}
