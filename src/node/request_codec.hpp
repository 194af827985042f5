// A Request as agent.sh reads it: the words of the command line and the text on stdin.
//
// The text is, in this order: functions that print the parameters and the payloads, the unrendered agent.sh,
// one line that starts it. Nothing runs before the last line has arrived whole. What is secret (a manifest
// may carry tokens in its probes) is in the text and never in the command line.
#pragma once

#include <string>

#include "node/protocol.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// VERB RUN EPOCH. A run id that is no plain word becomes "-", which agent.sh refuses.
[[nodiscard]] std::string script_words(const Request& request);
[[nodiscard]] std::string script_input(const Request& request);
// The same for `facts`; with the file at that path, when one is named.
[[nodiscard]] std::string facts_input(const std::string& asked_file = {});

}  // namespace nightlatch::node
