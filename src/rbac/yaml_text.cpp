#include "rbac/yaml_text.hpp"

#include <fmt/format.h>

namespace nightlatch::rbac {

std::string quoted_yaml(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string subject_yaml(const Subject& subject) {
  std::string group = subject.kind == "ServiceAccount" ? "" : "  apiGroup: rbac.authorization.k8s.io\n";
  std::string place =
      subject.name_space.empty() ? "" : fmt::format("  namespace: {}\n", quoted_yaml(subject.name_space));
  return fmt::format("- kind: {}\n{}  name: {}\n{}", subject.kind, group, quoted_yaml(subject.name), place);
}

}  // namespace nightlatch::rbac
