#include "node/becoming.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

// The first line that our own command prints. What comes before it was printed by the login shell's files.
constexpr std::string_view begun_line = "nightlatch-begun";
constexpr std::string_view ready_line = "nightlatch-ready";  // templates/node/wrapper.sh prints it, too
constexpr std::string_view sudo_prompt = "nightlatch-password:";

std::string_view become_name(Privilege privilege) {
  return privilege == Privilege::doas ? "doas" : "sudo";
}

std::string allowed_command(const Becoming& becoming) {
  return becoming.wrapper.empty() ? "/bin/sh" : becoming.wrapper;
}

// What runs as root. It stands within single quotes, so it has none; and no !, which csh expands there.
std::string root_command(const Becoming& becoming, std::string_view words) {
  if (!becoming.wrapper.empty()) return fmt::format("{} {}", becoming.wrapper, words);
  if (!asks_password(becoming)) return fmt::format("/bin/sh -s -- {}", words);
  return fmt::format("/bin/sh -c \"echo {}; exec /bin/sh -s -- {}\"", ready_line, words);
}

// The words of sudo, sudo-rs and doas under LC_ALL=C.
bool says(const Output& output, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view words) { return output.err.find(words) != std::string::npos; });
}

NoAnswer not_run(const ErrorCode& code, std::string message, std::string next = {}) {
  return {Error{.code = code, .message = std::move(message), .next = std::move(next)},
          ScriptRun::certainly_not};
}

std::string sudoers_line(const std::string& node, const Becoming& becoming) {
  return fmt::format("add this line to sudoers on {}: USER ALL=(root) NOPASSWD: {}   (USER is the SSH user)",
                     node, allowed_command(becoming));
}

// sudo's own words follow its prompt in the same line.
Output without_prompts(Output output) {
  for (std::size_t at = output.err.find(sudo_prompt); at != std::string::npos;
       at = output.err.find(sudo_prompt))
    output.err.erase(at, sudo_prompt.size());
  return output;
}

// A command with a dialogue gets its input only when it has said that it is ready.
bool has_no_input(const Becoming& becoming, const Output& output) {
  return asks_password(becoming) && output.status >= 0 && !is_ready(output);
}

// Why sudo or doas did not start the command; nullopt: it says nothing that is known.
std::optional<NoAnswer> why_not_root(const std::string& node, const Becoming& becoming,
                                     const Output& output) {
  std::string_view become = become_name(becoming.privilege);
  if (asks_password(becoming) && is_refused_password(output)) {
    return not_run(node_errors::become_password_wrong,
                   fmt::format("{}: sudo does not take the password: {}", node, last_line_of(output.err)));
  }
  if (says(output, {"password is required", "authentication is required", "Authentication required",
                    "Authorization required"})) {
    return not_run(
        node_errors::sudo_needs_password, fmt::format("{}: {} asks for a password", node, become),
        becoming.privilege == Privilege::sudo
            ? sudoers_line(node, becoming) + "; or give the password: --ask-become-pass"
            : fmt::format(
                  "add this line to doas.conf on {}: permit nopass USER cmd {}   (USER is the SSH user)",
                  node, allowed_command(becoming)));
  }
  if (says(output, {"must have a tty", "no tty present"})) {
    return not_run(node_errors::sudo_needs_terminal,
                   fmt::format("{}: sudo requires a terminal (requiretty)", node));
  }
  if (says(output, {"not in the sudoers file", "is not allowed to", "may not run sudo",
                    "Operation not permitted", "I'm afraid I can't do that"})) {
    return not_run(node_errors::sudo_not_permitted, fmt::format("{}: {}", node, last_line_of(output.err)),
                   sudoers_line(node, becoming));
  }
  if (output.status == 127 && says(output, {become})) {
    return not_run(node_errors::become_missing, fmt::format("{}: this node has no command {}", node, become));
  }
  return std::nullopt;
}

}  // namespace

bool asks_password(const Becoming& becoming) {
  return becoming.privilege == Privilege::sudo && becoming.password != nullptr;
}

// A user who is root already needs no sudo, which many nodes do not have. LC_ALL=C, because the messages of
// sudo and doas are compared with the untranslated ones. With -k sudo leaves no credential on the node that
// another process could use. The empty line ends what a file of the login shell has printed without an end of
// line.
std::string command_line(const Becoming& becoming, std::string_view words) {
  std::string command = root_command(becoming, words);
  std::string start = fmt::format("exec /bin/sh -c 'echo; echo {}; ", begun_line);
  if (becoming.privilege == Privilege::none) return fmt::format("{}exec {}'", start, command);
  std::string options = asks_password(becoming) ? fmt::format("-k -S -p {}", sudo_prompt) : "-n";
  return fmt::format("{}if [ \"$(id -u)\" = 0 ]; then exec {}; fi; exec env LC_ALL=C {} {} {}'", start,
                     command, become_name(becoming.privilege), options, command);
}

Dialogue dialogue_with(std::string_view password) {
  return {.prompt = sudo_prompt, .answer = password, .ready = ready_line};
}

bool was_asked(const Output& output) {
  return output.err.find(sudo_prompt) != std::string::npos;
}

bool is_ready(const Output& output) {
  return output.out.find(ready_line) != std::string::npos;
}

bool is_refused_password(const Output& output) {
  return says(output, {"incorrect password attempt", "incorrect authentication attempt",
                       "no password was provided", "Sorry, try again", "Authentication failed"});
}

NoAnswer why_no_answer(const std::string& node, const Becoming& becoming, const Output& printed) {
  const Output output = without_prompts(printed);
  if (becoming.privilege != Privilege::none) {
    if (auto known = why_not_root(node, becoming, output)) return *std::move(known);
  }
  bool ended_early = output.status == 127 || output.status == 126 || output.status == 1;
  if (ended_early && !becoming.wrapper.empty() && says(output, {becoming.wrapper})) {
    return not_run(node_errors::wrapper_missing, fmt::format("{}: the node cannot run {}: {}", node,
                                                             becoming.wrapper, last_line_of(output.err)));
  }
  if ((output.status == 127 || output.status == 126) && says(output, {"/bin/sh"}))
    return not_run(node_errors::tools_missing, fmt::format("{}: the node cannot run /bin/sh", node));
  std::string detail = output.status < 0 ? "it was cut off" : fmt::format("exit status {}", output.status);
  bool is_ours = output.out.find(begun_line) != std::string::npos;
  std::string_view said = last_line_of(is_ours || trim(output.out).empty() ? output.err : output.out);
  if (!said.empty()) detail += fmt::format(": {}", said);
  if (output.status >= 0 && !is_ours) {
    // Where what it prints is thrown away, it may have run all the same.
    return {Error{.code = node_errors::command_not_run,
                  .message = fmt::format(
                      "{}: its SSH server or the login shell ran something else than nightlatch's command "
                      "({})",
                      node, detail)},
            ScriptRun::maybe};
  }
  return {Error{.code = node_errors::script_failed,
                .message = fmt::format("{}: the node's script did not answer completely ({})", node, detail)},
          has_no_input(becoming, output) ? ScriptRun::certainly_not : ScriptRun::maybe};
}

}  // namespace nightlatch::node
