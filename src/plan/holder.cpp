#include "plan/holder.hpp"

#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

// An API server whose container was restarted this often is probably restarted by the kubelet's probes.
constexpr std::int64_t many_restarts = 3;

}  // namespace

std::set<std::size_t> holders(const std::vector<std::string>& endpoint, const std::vector<std::string>& fixed,
                              const std::vector<std::vector<std::string>>& addresses) {
  std::set<std::size_t> all;
  for (const std::string& address : endpoint) {
    if (is_among(address, fixed)) continue;
    std::set<std::size_t> here;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (is_among(address, addresses[i])) here.insert(i);
    }
    if (here.size() == 1) all.insert(*here.begin());
  }
  return all;
}

std::vector<std::string> fixed_addresses(const Plan& plan) {
  std::vector<std::string> fixed;
  for (const NodePlan& node : plan.nodes) {
    fixed.push_back(node.host);
    fixed.push_back(node.api_host);
  }
  return fixed;
}

bool serves_endpoint(const std::string& endpoint, const NodePlan& node) {
  auto leads_to = [&](const std::string& host) {
    std::string authority = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return endpoint.find("//" + authority + ":") != std::string::npos;
  };
  return leads_to(node.host) || leads_to(node.api_host);
}

bool is_struggling(const access::Exposure& before, const facts::PodView& pod) {
  return before.state == access::ExposureState::will_not_start || pod.restarts >= many_restarts ||
         !pod.running;
}

}  // namespace nightlatch::plan
