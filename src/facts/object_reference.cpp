#include "facts/object_reference.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace nightlatch::facts {

namespace {

enum class Scope { cluster, namespaced };

// The kinds that nightlatch writes. A new kind is a row.
struct Kind {
  std::string_view group;
  std::string_view version;
  std::string_view kind;
  std::string_view resource;  // as the path names it
  Scope scope = Scope::namespaced;
};
constexpr std::array kinds{
    Kind{.group = "", .version = "v1", .kind = "ConfigMap", .resource = "configmaps"},
};

// The API server itself refuses "." and ".." and everything with a slash or a percent sign in it; what a
// query or another path could be made of is refused here, because a plan file may come from anywhere.
bool is_path_segment(std::string_view name) {
  auto may_stand_there = [](char c) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' || c == '_';
  };
  return !name.empty() && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), may_stand_there);
}

}  // namespace

std::string ObjectReference::text() const {
  return name_space.empty() ? kind + " " + name : kind + " " + name_space + "/" + name;
}

std::optional<std::string> path_of(const ObjectReference& object) {
  const auto* kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& one) {
    return one.group == object.group && one.version == object.version && one.kind == object.kind;
  });
  if (kind == kinds.end() || !is_path_segment(object.name)) return std::nullopt;
  std::string path = object.group.empty() ? "/api/" : "/apis/" + object.group + "/";
  path += object.version + "/";
  if (kind->scope == Scope::namespaced) {
    if (!is_path_segment(object.name_space)) return std::nullopt;
    path += "namespaces/" + object.name_space + "/";
  } else if (!object.name_space.empty()) {
    return std::nullopt;
  }
  return path + std::string(kind->resource) + "/" + object.name;
}

}  // namespace nightlatch::facts
