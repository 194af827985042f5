#include "facts/object_change.hpp"

#include "util/hash.hpp"

namespace nightlatch::facts {

ObjectChange inverse(const ObjectChange& change) {
  return {.object = change.object,
          .field = change.field,
          .sha256_before = change.sha256_after,
          .sha256_after = change.sha256_before,
          .splices = change.undo,
          .undo = change.splices,
          .when_unwritable = change.when_unwritable};
}

std::optional<std::string> applied(const ObjectChange& change, const std::string& text) {
  if (sha256_hex(text) != change.sha256_before || !manifest::fit(change.splices, text.size()))
    return std::nullopt;
  std::string after = manifest::apply(text, change.splices);
  if (sha256_hex(after) != change.sha256_after) return std::nullopt;
  return after;
}

bool is_writable(const ObjectChange& change) {
  bool is_edit = change.sha256_before.has_value() && change.sha256_after.has_value();
  return is_edit && change.field.starts_with('/') && path_of(change.object).has_value();
}

std::string describe_text(const std::optional<std::string>& sha256) {
  return sha256 ? short_hash(*sha256) : "absent";
}

}  // namespace nightlatch::facts
