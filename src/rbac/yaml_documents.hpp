// The YAML half of documents.hpp, which is read by libyaml.
#pragma once

#include "rbac/documents.hpp"

namespace nightlatch::rbac {

[[nodiscard]] Status read_yaml_documents(std::string_view bytes, const std::string& file,
                                         const TakeObject& take);

}  // namespace nightlatch::rbac
