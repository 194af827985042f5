#include "operate/placing.hpp"

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "plan/new_node.hpp"

namespace nightlatch::operate {

namespace {

Result<plan::Presence> look(const HostWays& ways, const facts::FileFacts& config) {
  NL_ASSIGN(facts::NodeFacts facts, ways.gather());
  return plan::find_config(facts, config);
}

node::Request request_of(const facts::FileFacts& config) {
  node::Request request;
  request.verb = node::Verb::place;
  request.run = "prepare";
  request.config_path = config.path;
  request.config = config.bytes;
  request.config_owner = config.owner;
  request.config_mode = config.mode;
  return request;
}

}  // namespace

Result<report::Prepared> place_config(const HostWays& ways, const std::string& host,
                                      const facts::FileFacts& config, report::DryRun dry_run) {
  NL_ASSIGN(plan::Presence before, look(ways, config));
  if (before == plan::Presence::there) return report::Prepared::there;
  if (dry_run == report::DryRun::yes) return report::Prepared::would_place;
  node::Reply reply = ways.port->call(request_of(config));
  if (reply.kind == node::ReplyKind::refused) {
    return fail(operate_errors::not_placed, fmt::format("{}: {}", host, reply.why));
  }
  // A lost answer says nothing: what counts is what is there.
  NL_ASSIGN(plan::Presence after, look(ways, config));
  if (after == plan::Presence::there) return report::Prepared::placed;
  return fail(operate_errors::not_placed,
              fmt::format("{}: {} is not there: {}", host, config.path, reply.why));
}

}  // namespace nightlatch::operate
