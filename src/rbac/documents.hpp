// What kubectl prints with -o json or -o yaml, object by object: a List, a list of one kind as the API sends
// it, single objects, or several of these one behind the other. Only one object is in memory at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "access/config_tree.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

struct ListedObject {
  access::ConfigValue value;  // an object
  std::string
      kind_of_the_list;  // "ClusterRoleList", where it is known; the API's own lists name it only there
};

// An error with `words` at the position of `at`, which is that of a ConfigValue.
using Place = std::function<SourcePlace(std::size_t at)>;
using TakeObject = std::function<Status(ListedObject object, const Place& place)>;

// Calls `take` for each object, in order, and stops at its first error. `file` is for messages. Errors:
// not_readable, with its place; those of `take`. A text that begins with { or [ is JSON, any other YAML,
// where anchors, aliases and tags are refused: kubectl writes none.
[[nodiscard]] Status read_documents(std::string_view bytes, const std::string& file, const TakeObject& take);

// Deeper values are refused. No RBAC object comes near it.
inline constexpr int deepest_object = 64;

}  // namespace nightlatch::rbac
