// Whatever a node prints becomes a value.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "node/reply_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  nightlatch::node::Reply reply = nightlatch::node::parse_reply(text);
  nightlatch::node::FactsReply facts = nightlatch::node::parse_facts(text);
  // Both readers judge the same text alike.
  if (reply.kind != facts.reply.kind) __builtin_trap();
  return 0;
}
