// The edit of one static pod manifest: an intended change of the API server's command line, probes, volumes
// and mounts becomes byte splices, which are proven before they are returned.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "manifest/splice.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

// A directory of the host to be mounted into the API server's container.
struct DirectoryMount {
  std::string volume_name;  // "nightlatch-authn"
  std::string path;         // absolute; the same on the host and in the container; read-only, type Directory
};

// One handler of a probe, as its bytes stand in a manifest: the key with its value, from "httpGet" on.
struct ProbeReturn {
  std::string probe;  // "livenessProbe"
  std::string from;   // what stands there; a probe that is spelled in another way is refused
  std::string to;
};

// The change that an edit is to make.
struct Intent {
  // Names without dashes, "_" as "-". Every spelling and repetition of the flag is removed.
  std::vector<std::string> remove_flags;
  // Name and value: replaced where the flag is present, else added.
  std::vector<std::pair<std::string, std::string>> set_flags;
  std::vector<std::string> feature_gates;   // "Name=true": merged into --feature-gates
  std::optional<DirectoryMount> mount;      // added unless the container sees the directory already
  std::vector<std::string> tcp_probes{};    // "livenessProbe": its httpGet becomes tcpSocket on the same port
  std::optional<DirectoryMount> unmount{};  // this volume and its mount are removed where they are
  std::vector<ProbeReturn> probe_returns{};  // handlers of probes that become what they once were
};

// A proven edit.
struct Edit {
  std::string after;            // equals the input when nothing is to change
  std::vector<Splice> splices;  // empty when nothing is to change
  std::string sha256_before;
  std::string sha256_after;

  [[nodiscard]] bool changed() const { return !splices.empty(); }
};

// On success it is proven that both readers read the new bytes alike, that the new tree is the old tree with
// exactly the intended change, that editing again yields no splice, and that the inverse splices give the old
// bytes. `file` is for messages. Errors, each with its line and column where it has one: those of
// Document::read and dissect; those of a command line that kube-apiserver refuses (terminator, stray_word,
// bad_flag, bad_bool, ambiguous_flag); pod_uid, volume_conflict, layout; not_reversible; not_proven.
[[nodiscard]] Result<Edit> edit(std::string_view bytes, std::string_view file, const Intent& intent);

}  // namespace nightlatch::manifest
