// Requests that somebody answers for: who, why and until when, by last address and path. Never by what the
// client calls itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/networks.hpp"
#include "util/result.hpp"

namespace nightlatch::audit {

struct AllowEntry {
  std::string path;  // decoded, without its query; "/livez/*" is everything below
  std::string from;  // an address or a network
  Network network{};
  std::string owner;
  std::string reason;
  std::string expires;  // YYYY-MM-DD, the last day
  bool expired = false;
};

struct AllowList {
  std::vector<AllowEntry> entries{};

  // The entry that answers for the request; nullopt: none that has not expired.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view path, std::string_view ip) const;
};

// A list of mappings with path, from, owner, reason and expires, all needed. `today` is YYYY-MM-DD, `file` is
// for messages. Errors: bad_allow_list, with line and column; bad_network.
[[nodiscard]] Result<AllowList> parse_allow_list(std::string_view yaml, std::string_view file,
                                                 const std::string& today);

}  // namespace nightlatch::audit
