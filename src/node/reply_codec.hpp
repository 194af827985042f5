// What agent.sh printed, as values. The node's words are not trusted: any bytes give a Reply, never a crash.
#pragma once

#include <string_view>

#include "node/protocol.hpp"

namespace nightlatch::node {

// Text around the reply (a login script that prints) is skipped. A reply without its last line, or with words
// that are none, is `lost`: what the node did is unknown.
[[nodiscard]] Reply parse_reply(std::string_view text);

struct FactsReply {
  Reply reply;  // ok, or why not
  facts::NodeFacts facts;
};
[[nodiscard]] FactsReply parse_facts(std::string_view text);

}  // namespace nightlatch::node
