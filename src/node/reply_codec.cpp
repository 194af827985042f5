#include "node/reply_codec.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/reply_keys.hpp"

namespace nightlatch::node {

namespace {

constexpr std::string_view first_line = "nightlatch-reply 1";
constexpr std::string_view last_line = "nightlatch-end";

// How many unknown keys are kept: a hostile node may print any number of them.
constexpr std::size_t most_unknown_keys = 20;
constexpr std::size_t longest_unknown_key = 60;  // bytes

struct Pair {
  std::string_view key;
  std::string_view value;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// The pairs between the first and the last line; nullopt when either is missing.
std::optional<std::vector<Pair>> pairs_of(std::string_view text) {
  std::vector<Pair> pairs;
  bool inside = false;
  for (std::string_view line : lines_of(text)) {
    if (!inside) {
      inside = line == first_line;
      continue;
    }
    if (line == last_line) return pairs;
    std::size_t equals = line.find('=');
    if (equals != std::string_view::npos)
      pairs.push_back({.key = line.substr(0, equals), .value = line.substr(equals + 1)});
  }
  return std::nullopt;
}

void note_unknown(std::string_view key, std::vector<std::string>& unknown) {
  if (key.empty()) return;
  std::string name = printable(key.substr(0, longest_unknown_key));
  bool known = std::find(unknown.begin(), unknown.end(), name) != unknown.end();
  if (!known && unknown.size() < most_unknown_keys) unknown.push_back(std::move(name));
}

FactsReply lost(std::string why) {
  FactsReply result;
  result.reply.kind = ReplyKind::lost;
  result.reply.why = std::move(why);
  return result;
}

FactsReply read(std::string_view text) {
  std::optional<std::vector<Pair>> pairs = pairs_of(text);
  if (!pairs) return lost("the answer of the node's script has no first or no last line");
  FactsReply result;
  bool answered = false;
  for (const Pair& pair : *pairs) {
    const ReplyKey* key = find_reply_key(pair.key);
    if (key == nullptr) {
      note_unknown(pair.key, result.reply.unknown_keys);
    } else if (!key->read(pair.value, result)) {
      return lost(fmt::format("the node's script never prints {}={}, and this answer has it", key->name,
                              printable(pair.value.substr(0, 60))));
    }
    answered = answered || pair.key == "kind";
  }
  return answered ? result : lost("the answer of the node's script says neither ok nor refused");
}

}  // namespace

Reply parse_reply(std::string_view text) {
  return read(text).reply;
}

FactsReply parse_facts(std::string_view text) {
  FactsReply result = read(text);
  if (result.reply.kind == ReplyKind::lost) return result;
  result.facts.manifest_path = result.facts.manifest.path;
  result.facts.pod = result.reply.pod;
  result.facts.addresses = result.reply.addresses;
  result.facts.unknown_keys = result.reply.unknown_keys;
  const NodeState& state = result.reply.state;
  if (state.step >= Step::armed && state.step <= Step::soaked)
    result.facts.guard = facts::Guard{.run = state.run, .seconds_left = state.deadline_in};
  return result;
}

}  // namespace nightlatch::node
