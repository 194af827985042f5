// How the node's script becomes root, and what it means when it did not answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "node/become_password.hpp"
#include "node/transport.hpp"
#include "util/result.hpp"

namespace nightlatch::node {

// How the script becomes root on the node; none: the login user is root.
enum class Privilege { none, sudo, doas };

struct Becoming {
  Privilege privilege = Privilege::sudo;
  std::string wrapper = {};  // the path of the one command that sudo or doas allows; empty: /bin/sh
  std::shared_ptr<BecomePassword> password = {};  // for sudo; null: sudo must not ask for one
};

// Whether sudo may ask for the password.
[[nodiscard]] bool asks_password(const Becoming& becoming);

// The line for the login shell, which may be sh, bash, zsh, fish or csh: it starts /bin/sh, and that becomes
// root. `words` are plain (script_words), and so is the wrapper's path (spec/inventory).
[[nodiscard]] std::string command_line(const Becoming& becoming, std::string_view words);
[[nodiscard]] Dialogue dialogue_with(std::string_view password);

// Of what a line with a password printed: whether sudo asked for it, whether the command was started, and
// whether sudo said that it is wrong.
[[nodiscard]] bool was_asked(const Output& output);
[[nodiscard]] bool is_ready(const Output& output);
[[nodiscard]] bool is_refused_password(const Output& output);

// Whether the script may have run although it did not answer completely.
enum class ScriptRun { certainly_not, maybe };

struct NoAnswer {
  Error error;
  ScriptRun script_run;
};

// Why the script did not answer completely, from what the shell and sudo or doas printed.
[[nodiscard]] NoAnswer why_no_answer(const std::string& node, const Becoming& becoming, const Output& output);

}  // namespace nightlatch::node
