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
  // swap: this run replaces the manifest `before` with `after`. finish_restore: `previous_run` left the node
  // in mid-change, and its backup is put back; `before` is what that run was to write, even if it did not
  // come to that, and `after` is what it had found. finish_confirm: `previous_run` replaced `before` with
  // `after` and waits for its confirmation; `after` is kept. place: only the configuration file is written,
  // on a host that has no manifest yet; both hashes are empty.
  enum class Kind { swap, finish_restore, finish_confirm, place };

  std::string node;  // by name; one of the plan's nodes
  Kind kind = Kind::swap;
  std::string previous_run;  // of finish_restore and finish_confirm
  std::string sha256_before;
  std::string sha256_after;
  std::vector<manifest::Splice> splices;  // before → after
  std::vector<manifest::Splice> undo;     // after → before
  std::string config_path;                // on the node; empty: no configuration file is placed
  std::string config_sha256;
  std::string config_owner{};  // uid:gid; empty: that of the API server's key
  std::string config_mode{};   // octal, "640"; empty: 640

  // The hash of the manifest on the node when this change begins.
  [[nodiscard]] const std::string& sha256_at_start() const {
    return kind == Kind::finish_confirm ? sha256_after : sha256_before;
  }
  // The hashes of the two files in the run's directory on the node: the backup, which a restore puts back,
  // and the staged manifest, which a swap puts in place.
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

// The change that leads from `after` to `before`. Of a manifest it is always a swap, which places no
// configuration file: the one that the old manifest names is still on the node (docs/safety.md, S3). Not for
// a change of the kind place, which has no manifest.
[[nodiscard]] ManifestChange inverse(const ManifestChange& change);
[[nodiscard]] Change inverse(const Change& change);

}  // namespace nightlatch::plan
