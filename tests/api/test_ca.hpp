// A certificate authority that lives as long as a test.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "util/hash.hpp"

namespace nightlatch::test {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

struct Identity {
  std::string certificate;  // PEM
  std::string key;          // PEM
  std::string sha256;       // of the DER
};

class TestCa {
 public:
  explicit TestCa(const std::string& name)
      : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), self_(make(name, key_.get())) {
    extend(self_.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(self_.get(), NID_key_usage, "critical,keyCertSign");
    X509_set_issuer_name(self_.get(), X509_get_subject_name(self_.get()));
    X509_sign(self_.get(), key_.get(), EVP_sha256());
  }

  [[nodiscard]] std::string pem() const { return text(self_.get()); }

  // `names` as OpenSSL writes them: "IP:127.0.0.1,DNS:cp1"; empty: a client.
  [[nodiscard]] Identity issue(const std::string& common_name, const std::string& names = {}) const {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    Certificate certificate = make(common_name, key.get());
    if (!names.empty()) extend(certificate.get(), NID_subject_alt_name, names);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(self_.get()));
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    return {text(certificate.get()), text(key.get()), der_hash(certificate.get())};
  }

 private:
  static Certificate make(const std::string& common_name, EVP_PKEY* key) {
    static long serial = 0;
    Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    return certificate;
  }

  static void extend(X509* certificate, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    if (extension == nullptr) throw std::runtime_error("extension " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static std::string drain(BIO* bio) {
    char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }
  static std::string text(X509* certificate) {
    Bio bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(bio.get(), certificate);
    return drain(bio.get());
  }
  static std::string text(EVP_PKEY* key) {
    Bio bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return drain(bio.get());
  }
  static std::string der_hash(X509* certificate) {
    Bio bio(BIO_new(BIO_s_mem()), BIO_free);
    i2d_X509_bio(bio.get(), certificate);
    return sha256_hex(drain(bio.get()));
  }

  Key key_;
  Certificate self_;
};

}  // namespace nightlatch::test
