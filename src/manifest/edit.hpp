// The rewrite: an intended change of the API server's command line, volumes and mounts becomes splices that
// are proven before they leave this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

struct DirectoryMount {
  std::string volume_name;  // "nightlatch-authn"
  std::string path;         // the same on the host and in the container; read-only, type Directory
};

struct Intent {
  std::vector<std::string> remove_flags;  // normalised names; every spelling and repetition goes
  std::vector<std::pair<std::string, std::string>>
      set_flags;                           // name, value: replaced where present, else added
  std::vector<std::string> feature_gates;  // "Name=true": merged into --feature-gates
  std::optional<DirectoryMount> mount;     // added unless it is there already
  std::vector<std::string> tcp_probes{};   // "livenessProbe": its httpGet becomes tcpSocket on the same port
};

struct Edit {
  std::string after;            // equals the input when nothing is to change
  std::vector<Splice> splices;  // empty when nothing is to change
  std::string sha256_before;
  std::string sha256_after;

  [[nodiscard]] bool changed() const { return !splices.empty(); }
};

// Proof obligations met on success: both parsers read the new bytes alike; the new tree is the old tree with
// just the intended change; editing again yields no splice; the inverse splices give the old bytes.
// What cannot be proven is refused, with the place.
[[nodiscard]] Result<Edit> edit(std::string_view bytes, std::string_view file, const Intent& intent);

}  // namespace nightlatch::manifest
