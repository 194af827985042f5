#include "node/remote_node.hpp"

#include <utility>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "node/reply_codec.hpp"
#include "node/request_codec.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

using std::chrono::seconds;

// A verb waits at most 30 s for the lock, a restore 30 s more for a missing manifest, and then works for at
// most 20 s. Arming takes the lock twice and starts a service in between.
constexpr seconds verb_limit{100};
constexpr seconds arm_limit{180};
constexpr seconds facts_limit{60};

std::string_view become_name(Privilege privilege) {
  return privilege == Privilege::doas ? "doas" : "sudo";
}

// A user who is root already needs no sudo, which many nodes do not have. LC_ALL=C, because the messages of
// sudo and doas are compared with the untranslated ones. The login shell may be any, so it only starts
// /bin/sh. `words` are plain (script_words), and so is the wrapper's path (spec/inventory).
std::string command_line(const Becoming& becoming, std::string_view words) {
  std::string command = becoming.wrapper.empty() ? fmt::format("/bin/sh -s -- {}", words)
                                                 : fmt::format("{} {}", becoming.wrapper, words);
  if (becoming.privilege == Privilege::none) return "exec " + command;
  return fmt::format(
      "exec /bin/sh -c 'if [ \"$(id -u)\" = 0 ]; then exec {0}; fi; exec env LC_ALL=C {1} -n {0}'", command,
      become_name(becoming.privilege));
}

ScriptReader reader_of(const Becoming& becoming) {
  return becoming.wrapper.empty() ? ScriptReader::shell : ScriptReader::wrapper;
}

std::string last_line_of(std::string_view text) {
  std::vector<std::string> lines = split(trim(text), '\n');
  return lines.empty() ? std::string() : lines.back();
}

// Messages of a Transport begin with "NODE: "; Reply::why does not name the node.
std::string without_name(const std::string& message, const std::string& node) {
  std::string named = node + ": ";
  return message.starts_with(named) ? message.substr(named.size()) : message;
}

Error error_of(const ErrorCode& code, std::string message, std::string next = {}) {
  return Error{.code = code, .message = std::move(message), .next = std::move(next)};
}

// Whether the script may have run although it did not answer completely.
enum class ScriptRun { certainly_not, maybe };

// Why the script did not answer completely, from what the shell and sudo or doas printed.
struct NoAnswer {
  Error error;
  ScriptRun script_run;
};

NoAnswer why_no_answer(const std::string& node, const Becoming& becoming, const Output& output) {
  const Privilege privilege = becoming.privilege;
  const std::string allowed = becoming.wrapper.empty() ? "/bin/sh" : becoming.wrapper;
  auto says = [&](std::string_view words) { return output.err.find(words) != std::string::npos; };
  std::string_view become = become_name(privilege);
  std::string sudoers = "add this line to sudoers on " + node + ": USER ALL=(root) NOPASSWD: " + allowed +
                        "   (USER is the SSH user)";
  if (privilege != Privilege::none) {
    if (says("password is required") || says("Authentication required") || says("Authorization required")) {
      return {
          error_of(node_errors::sudo_needs_password, fmt::format("{}: {} asks for a password", node, become),
                   privilege == Privilege::sudo
                       ? sudoers
                       : "add this line to doas.conf on " + node + ": permit nopass USER cmd " + allowed +
                             "   (USER is the SSH user)"),
          ScriptRun::certainly_not};
    }
    if (says("must have a tty") || says("no tty present")) {
      return {error_of(node_errors::sudo_needs_terminal,
                       fmt::format("{}: sudo requires a terminal (requiretty)", node)),
              ScriptRun::certainly_not};
    }
    if (says("not in the sudoers file") || says("is not allowed to") || says("may not run sudo") ||
        says("Operation not permitted")) {
      return {error_of(node_errors::sudo_not_permitted, fmt::format("{}: {}", node, last_line_of(output.err)),
                       sudoers),
              ScriptRun::certainly_not};
    }
    if (output.status == 127 && says(become)) {
      return {
          error_of(node_errors::become_missing, fmt::format("{}: this node has no command {}", node, become)),
          ScriptRun::certainly_not};
    }
  }
  if ((output.status == 127 || output.status == 126 || output.status == 1) && !becoming.wrapper.empty() &&
      says(becoming.wrapper)) {
    return {error_of(node_errors::wrapper_missing, fmt::format("{}: the node cannot run {}: {}", node,
                                                               becoming.wrapper, last_line_of(output.err))),
            ScriptRun::certainly_not};
  }
  if ((output.status == 127 || output.status == 126) && says("/bin/sh")) {
    return {error_of(node_errors::tools_missing, fmt::format("{}: the node cannot run /bin/sh", node)),
            ScriptRun::certainly_not};
  }
  std::string detail = output.status < 0 ? "it was cut off" : fmt::format("exit status {}", output.status);
  std::string said = last_line_of(output.err);
  if (!said.empty()) detail += ": " + said;
  return {error_of(node_errors::script_failed,
                   fmt::format("{}: the node's script did not answer completely ({})", node, detail)),
          ScriptRun::maybe};
}

}  // namespace

RemoteNode::RemoteNode(std::string name, std::string host, std::unique_ptr<Transport> transport,
                       Becoming becoming, Connector connector)
    : name_(std::move(name)),
      host_(std::move(host)),
      transport_(std::move(transport)),
      becoming_(std::move(becoming)),
      connector_(std::move(connector)) {
  if (transport_) host_key_ = transport_->host_key();
}

RemoteNode::~RemoteNode() = default;

Status RemoteNode::connect_again() {
  if (transport_) return {};
  NL_ASSIGN(transport_, connector_());
  host_key_ = transport_->host_key();
  return {};
}

// A broken session is dropped, so that the next request opens a new one. The outcome of the request that was
// under way is unknown in either case.
void RemoteNode::drop_if_broken(const Error& error) {
  if (connector_ && error.code.number == node_errors::session_cut.number) transport_.reset();
}

Result<Output> RemoteNode::exec(const Command& command) {
  NL_TRY(connect_again());
  Result<Output> output = transport_->exec(command);
  if (!output) drop_if_broken(output.error());
  if (output && output->status < 0 && connector_)
    transport_.reset();  // the command was cut off, killed or silent: the session may be dead
  return output;
}

Reply RemoteNode::call(const Request& request) {
  seconds limit = request.verb == Verb::arm ? arm_limit : verb_limit + request.wait;
  Command command{.line = command_line(becoming_, script_words(request)),
                  .input = script_input(request, reader_of(becoming_)),
                  .timeout = limit};
  Result<Output> output = exec(command);
  if (!output) {
    Reply reply;
    reply.why = without_name(output.error().message, name_);
    return reply;
  }
  Reply reply = parse_reply(output->out);
  if (reply.kind != ReplyKind::lost) return reply;
  NoAnswer no_answer = why_no_answer(name_, becoming_, *output);
  if (no_answer.script_run == ScriptRun::certainly_not) reply.kind = ReplyKind::refused;
  reply.why = without_name(no_answer.error.message, name_);
  return reply;
}

Result<facts::NodeFacts> RemoteNode::gather(const FactsRequest& wanted) {
  NL_ASSIGN(Output output, exec({.line = command_line(becoming_, "facts"),
                                 .input = facts_input(wanted, reader_of(becoming_)),
                                 .timeout = facts_limit}));
  FactsReply result = parse_facts(output.out);
  switch (result.reply.kind) {
    case ReplyKind::ok:
      break;
    case ReplyKind::refused:
      return fail(node_errors::script_refused, fmt::format("{}: {}", name_, result.reply.why));
    case ReplyKind::lost:
      return fail(why_no_answer(name_, becoming_, output).error);
  }
  result.facts.name = name_;
  result.facts.host = host_;
  result.facts.host_key = host_key_;  // the session itself may be gone: its last command was cut off
  return std::move(result.facts);
}

Dialer RemoteNode::dialer() {
  return [this](const std::string& host, std::uint16_t port) -> Result<std::unique_ptr<Tunnel>> {
    NL_TRY(connect_again());
    auto tunnel = transport_->dial(host, port);
    if (!tunnel) drop_if_broken(tunnel.error());
    return tunnel;
  };
}

}  // namespace nightlatch::node
