// Certificates made for a test.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace nightlatch {

// PEM of a self-signed certificate that ends then; seconds since the epoch.
inline std::string certificate_until(std::int64_t end) {
  std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &::EVP_PKEY_free);
  std::unique_ptr<X509, decltype(&::X509_free)> one(::X509_new(), &::X509_free);
  std::unique_ptr<BIO, decltype(&::BIO_free)> text(::BIO_new(::BIO_s_mem()), &::BIO_free);
  ::X509_set_version(one.get(), X509_VERSION_3);
  ::ASN1_TIME_set(::X509_getm_notBefore(one.get()), 0);
  ::ASN1_TIME_set(::X509_getm_notAfter(one.get()), end);
  ::X509_set_pubkey(one.get(), key.get());
  ::X509_sign(one.get(), key.get(), ::EVP_sha256());
  ::PEM_write_bio_X509(text.get(), one.get());
  char* bytes = nullptr;
  auto size = BIO_get_mem_data(text.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace nightlatch
