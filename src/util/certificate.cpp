#include "util/certificate.hpp"

#include <ctime>
#include <limits>
#include <memory>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pemerr.h>
#include <openssl/x509.h>

#include "util/hash.hpp"

namespace nightlatch {

namespace {

using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;

// Calls `take` with each certificate in PEM text until it says false. Returns whether the text ended behind a
// whole block, and was not given up at a damaged one.
template <class Take>
bool each_certificate(std::string_view pem, Take take) {
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  std::unique_ptr<BIO, decltype(&::BIO_free)> text(
      ::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &::BIO_free);
  ::ERR_clear_error();
  bool goes_on = text != nullptr;
  while (goes_on) {
    Certificate one(::PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), &::X509_free);
    goes_on = one != nullptr && take(*one);
  }
  auto last = ::ERR_peek_last_error();
  bool is_at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  ::ERR_clear_error();  // that there is no further one is no error
  return is_at_end;
}

}  // namespace

std::vector<std::int64_t> certificate_ends(std::string_view pem) {
  std::vector<std::int64_t> ends;
  (void)each_certificate(pem, [&](X509& one) {
    std::tm end{};
    if (::ASN1_TIME_to_tm(::X509_get0_notAfter(&one), &end) != 1) return false;
    ends.push_back(::timegm(&end));
    return true;
  });
  return ends;
}

std::set<std::string> certificates_in(std::string_view pem) {
  std::set<std::string> all;
  bool is_whole = each_certificate(pem, [&](X509& one) {
    unsigned char* der = nullptr;
    int size = ::i2d_X509(&one, &der);
    if (size <= 0) return false;
    all.insert(sha256_hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}));
    OPENSSL_free(der);
    return true;
  });
  if (!is_whole) all.clear();
  return all;
}

bool is_certificate(std::string_view der) {
  if (der.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = begin;
  std::unique_ptr<X509, decltype(&::X509_free)> one(::d2i_X509(nullptr, &end, static_cast<long>(der.size())),
                                                    &::X509_free);
  ::ERR_clear_error();  // the caller has its answer
  return one != nullptr && end == begin + der.size();
}

}  // namespace nightlatch
