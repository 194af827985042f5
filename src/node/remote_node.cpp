#include "node/remote_node.hpp"

#include <utility>

#include <fmt/format.h>

#include "node/becoming.hpp"
#include "node/errors.hpp"
#include "node/reply_codec.hpp"
#include "node/request_codec.hpp"

namespace nightlatch::node {

namespace {

using std::chrono::seconds;

// A verb waits at most 30 s for the lock, a restore 30 s more for a missing manifest, and then works for at
// most 20 s. Arming takes the lock twice and starts a service in between.
constexpr seconds verb_limit{100};
constexpr seconds arm_limit{180};
constexpr seconds facts_limit{60};

// Messages of a Transport begin with "NODE: "; Reply::why does not name the node.
std::string without_name(const std::string& message, const std::string& node) {
  std::string named = node + ": ";
  return message.starts_with(named) ? message.substr(named.size()) : message;
}

ScriptReader reader_of(const Becoming& becoming) {
  return becoming.wrapper.empty() ? ScriptReader::shell : ScriptReader::wrapper;
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

// What it has come to says whether the password was right.
Result<Output> RemoteNode::exec_as_root(Command command) {
  if (!asks_password(becoming_)) return exec(command);
  NL_ASSIGN(BecomePassword::Use password, becoming_.password->use(name_));
  command.dialogue = dialogue_with(password.text());
  Result<Output> output = exec(command);
  if (output && was_asked(*output)) {
    if (is_ready(*output)) password.was_taken();
    if (is_refused_password(*output)) password.was_refused();
  }
  return output;
}

Reply RemoteNode::call(const Request& request) {
  seconds limit = request.verb == Verb::arm ? arm_limit : verb_limit + request.wait;
  Result<Output> output = exec_as_root({.line = command_line(becoming_, script_words(request)),
                                        .input = script_input(request, reader_of(becoming_)),
                                        .timeout = limit});
  if (!output) {
    Reply reply;
    if (output.error().code.number == node_errors::become_password_wrong.number)
      reply.kind = ReplyKind::refused;
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
  NL_ASSIGN(Output output, exec_as_root({.line = command_line(becoming_, "facts"),
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
