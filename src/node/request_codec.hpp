// A Request as agent.sh reads it: the arguments of the command line and the text on stdin.
//
// The text consists of functions that print the parameters and the payloads, the unrendered agent.sh, and one
// line that starts it. Nothing runs before that last line has arrived completely. Secrets (a manifest may
// have tokens in its probes) are in the text and never in the command line, which every user of the node can
// see.
#pragma once

#include <string>

#include "node/protocol.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// Who reads the text on the node. A wrapper is the one command that sudo allows there: to it the parameters
// and payloads are data, which it counts and never runs, and the script is one whose SHA-256 it knows.
enum class ScriptReader { shell, wrapper };

// "VERB RUN EPOCH". A run id with other characters than A-Z a-z 0-9 . _ - becomes "-", which agent.sh
// refuses.
[[nodiscard]] std::string script_words(const Request& request);
// The text for stdin, with the parameters that the verb needs. A parameter with an end of line is left out,
// and agent.sh then refuses the request. Never fails.
[[nodiscard]] std::string script_input(const Request& request, ScriptReader reader = ScriptReader::shell);
// The same for the verb `facts`.
[[nodiscard]] std::string facts_input(const FactsRequest& wanted = {},
                                      ScriptReader reader = ScriptReader::shell);
// The SHA-256 of agent.sh, which a wrapper must know.
[[nodiscard]] std::string script_hash();

}  // namespace nightlatch::node
