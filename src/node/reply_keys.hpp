// The keys that agent.sh prints, one row each, and where each value goes.
//
// The script answers in lines of key=value (docs/protocol.md). A row says how one key's value is read; a new
// line of the script needs a new row here and nothing else. tests/node/reply_keys_test.cpp reads the script's
// parts and fails when a printed key has no row, when a row's key is never printed, and when a row's value is
// not kept.
#pragma once

#include <span>
#include <string_view>

#include "node/reply_codec.hpp"

namespace nightlatch::node {

struct ReplyKey {
  std::string_view name;  // as before the "=": "pod.sandbox"
  // Puts `value` into the reply. False: agent.sh never prints such a value, so the reply cannot be trusted.
  bool (*read)(std::string_view value, FactsReply& into);
};

// In the order of the table; no name stands in it twice.
[[nodiscard]] std::span<const ReplyKey> reply_keys();

// The row of this name; nullptr: this version does not know the key.
[[nodiscard]] const ReplyKey* find_reply_key(std::string_view name);

// `text` with every control character as "?", so that the bytes of a hostile node do not reach a terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace nightlatch::node
