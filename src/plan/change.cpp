#include "plan/change.hpp"

namespace nightlatch::plan {

ManifestChange inverse(const ManifestChange& change) {
  ManifestChange back;
  back.node = change.node;
  back.sha256_before = change.sha256_after;
  back.sha256_after = change.sha256_before;
  back.splices = change.undo;
  back.undo = change.splices;
  return back;
}

Change inverse(const Change& change) {
  return std::visit([](const auto& one) { return Change(inverse(one)); }, change);
}

}  // namespace nightlatch::plan
