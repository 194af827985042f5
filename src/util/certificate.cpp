#include "util/certificate.hpp"

#include <ctime>
#include <limits>
#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace nightlatch {

std::vector<std::int64_t> certificate_ends(std::string_view pem) {
  std::vector<std::int64_t> ends;
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return ends;
  std::unique_ptr<BIO, decltype(&::BIO_free)> text(
      ::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &::BIO_free);
  while (text != nullptr) {
    std::unique_ptr<X509, decltype(&::X509_free)> one(
        ::PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), &::X509_free);
    std::tm end{};
    if (one == nullptr || ::ASN1_TIME_to_tm(::X509_get0_notAfter(one.get()), &end) != 1) break;
    ends.push_back(::timegm(&end));
  }
  ::ERR_clear_error();  // that there is no further one is no error
  return ends;
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
