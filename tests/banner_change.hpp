// A made-up kind of API change, for the worked example of ARCHITECTURE.md: a ConfigMap tells everybody that
// the cluster is being closed. It is told before the first node, and a roll that cannot tell it does not
// begin.
#pragma once

#include <optional>
#include <string>

#include "facts/object_change.hpp"
#include "util/hash.hpp"

namespace nightlatch::test {

inline facts::ObjectReference banner() {
  return {.group = {}, .version = "v1", .kind = "ConfigMap", .name_space = "kube-public", .name = "banner"};
}

// `today`: what the banner says. nullopt: it says so already.
inline std::optional<facts::ObjectChange> plan_banner(const std::string& today) {
  const std::string line = "anonymous access is being closed\n";
  if (today.ends_with(line)) return std::nullopt;
  return facts::ObjectChange{
      .object = banner(),
      .field = "/data/text",
      .sha256_before = sha256_hex(today),
      .sha256_after = sha256_hex(today + line),
      .splices = {{.begin = today.size(), .end = today.size(), .text = line, .reason = "say it"}},
      .undo =
          {{.begin = today.size(), .end = today.size() + line.size(), .text = {}, .reason = "say no more"}},
      .when_unwritable = facts::WhenUnwritable::stop_the_roll};
}

}  // namespace nightlatch::test
