// What kube-apiserver finds in PEM text that is to hold certificate authorities: encoding/pem and
// k8s.io/client-go/util/cert.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::access {

struct PemBlock {
  std::string type;  // "CERTIFICATE"
  bool has_headers = false;
  std::string bytes;
};

// The blocks that pem.Decode of Go finds, in their order; text around them is ignored.
[[nodiscard]] std::vector<PemBlock> pem_blocks(std::string_view text);

// Why cert.NewPoolFromBytes refuses the text, in its words; nullopt: it holds at least one certificate, and
// each of its certificates can be read.
[[nodiscard]] std::optional<std::string> certificate_problem(std::string_view text);

// Whether the text holds a private key of any kind, encrypted or not, also one that cannot be read.
[[nodiscard]] bool has_private_key(std::string_view text);

}  // namespace nightlatch::access
