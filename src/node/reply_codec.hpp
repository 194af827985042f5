// What agent.sh printed, as values. The node's bytes are not trusted: any bytes give a Reply, never a crash.
#pragma once

#include <string_view>

#include "node/protocol.hpp"

namespace nightlatch::node {

// Never fails. Text around the reply (a login script that prints) is skipped. A reply without its last line,
// without `kind`, or with a value that the script never prints is ReplyKind::lost: what the node did is
// unknown. A key without a row in reply_keys.cpp is kept in Reply::unknown_keys.
[[nodiscard]] Reply parse_reply(std::string_view text);

struct FactsReply {
  Reply reply;
  facts::NodeFacts facts;  // empty when the reply is lost; the caller sets name, host and host_key
};
// The same for the verb `facts`. A fact with an unreadable value (text in place of a number, bytes that are
// not base64) is left empty, and the other facts are kept.
[[nodiscard]] FactsReply parse_facts(std::string_view text);

}  // namespace nightlatch::node
