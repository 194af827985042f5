// One step of a plan's list: a manifest of a node, or an object of the API. A new kind of change is one more
// alternative, and everything that must tell them apart visits them all.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "facts/object_change.hpp"
#include "manifest/splice.hpp"

namespace nightlatch::plan {

struct ManifestChange {
  // swap: the node is taken from `before` to `after` by a run of its own. finish_restore: the node was left
  // in mid-change by `previous_run`, whose backup is put back; `before` is what that run wrote, whether it
  // came to that or not, and `after` what it had found. finish_confirm: the node waits for a confirmation of
  // `previous_run`, which took it from `before` to `after`; `after` lies there, and is kept. place: the
  // config file only, on a host that has no manifest yet; both hashes are empty.
  enum class Kind { swap, finish_restore, finish_confirm, place };

  std::string node;  // by name; one of the plan's nodes
  Kind kind = Kind::swap;
  std::string previous_run;  // of finish_restore and finish_confirm
  std::string sha256_before;
  std::string sha256_after;
  std::vector<manifest::Splice> splices;  // before → after
  std::vector<manifest::Splice> undo;     // after → before
  std::string config_path;                // empty: no config file is placed
  std::string config_sha256;
  std::string config_owner{};  // uid:gid; empty: that of the API server's key
  std::string config_mode{};   // octal, "640"; empty: 640

  // What lies on the node when this change begins.
  [[nodiscard]] const std::string& sha256_at_start() const {
    return kind == Kind::finish_confirm ? sha256_after : sha256_before;
  }
  // As the run's directory on the node has them: what a restore puts back, and what a swap puts there.
  [[nodiscard]] const std::string& backup_sha256() const {
    return kind == Kind::finish_restore ? sha256_after : sha256_before;
  }
  [[nodiscard]] const std::string& staged_sha256() const {
    return kind == Kind::finish_restore ? sha256_before : sha256_after;
  }

  bool operator==(const ManifestChange&) const = default;
};

using ObjectChange = facts::ObjectChange;
using Change = std::variant<ManifestChange, ObjectChange>;

// The same change the other way round, as one to be made anew: always a swap, and it places no config file,
// since the one that the other manifest names was never taken away (S3).
[[nodiscard]] ManifestChange inverse(const ManifestChange& change);
[[nodiscard]] Change inverse(const Change& change);

}  // namespace nightlatch::plan
