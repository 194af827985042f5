#include "node/protocol.hpp"

#include <algorithm>

namespace nightlatch::node {

namespace {

constexpr std::array<std::string_view, 12> step_names{"idle",      "staged",    "cleaned",  "armed",
                                                      "swapped",   "restarted", "gated",    "soaked",
                                                      "confirmed", "restoring", "restored", "foreign"};
constexpr std::array<std::string_view, 14> verb_names{"state",   "place",    "stage", "clean",   "arm",
                                                      "renew",   "rehearse", "swap",  "mark",    "confirm",
                                                      "restore", "settle",   "await", "evidence"};

}  // namespace

std::string_view name(Step step) {
  return step_names[static_cast<std::size_t>(step)];
}

std::optional<Step> step_named(std::string_view name) {
  const auto* found = std::find(step_names.begin(), step_names.end(), name);
  if (found == step_names.end()) return std::nullopt;
  return static_cast<Step>(found - step_names.begin());
}

std::string_view name(Verb verb) {
  return verb_names[static_cast<std::size_t>(verb)];
}

}  // namespace nightlatch::node
