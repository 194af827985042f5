#include "node/protocol.hpp"

namespace nightlatch::node {

namespace {

constexpr std::array<std::string_view, 14> verb_names{"state",   "place",    "stage", "clean",   "arm",
                                                      "renew",   "rehearse", "swap",  "mark",    "confirm",
                                                      "restore", "settle",   "await", "evidence"};

}  // namespace

std::string_view name(Verb verb) {
  return verb_names[static_cast<std::size_t>(verb)];
}

}  // namespace nightlatch::node
