// libcrypto (SHA256_Init(3)): a SHA-256 whose state is a plain struct, which can be copied, kept in a file and gone on with.
// The EVP interface that OpenSSL 3 prefers hides its state, so the deprecation of the plain functions is silenced here.
#ifndef CLIBCRYPTO_SHIM_H
#define CLIBCRYPTO_SHIM_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#endif
