#include "cli/kubeadm_config.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/config_map.hpp"
#include "api/errors.hpp"
#include "plan/kubeadm_change.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

using rollout::KubeadmConfigPersisted;
using rollout::PersistResult;

// No answer, or one that a balancer gave for an API server: asking again may help.
KubeadmConfigPersisted failed(const Error& error) {
  bool may_pass = error.code.number == api_errors::unreachable.number ||
                  error.code.number == api_errors::answer_unexpected.number ||
                  error.code.number == api_errors::config_conflict.number;
  std::vector<std::string> words{error.message};
  words.insert(words.end(), error.details.begin(), error.details.end());
  return {0, may_pass ? PersistResult::lost : PersistResult::refused, join(words, ": ")};
}

}  // namespace

KubeadmConfigPersisted persist_kubeadm_config(const api::Kubeconfig& kubeconfig,
                                              const plan::KubeadmChange& change,
                                              const std::string& user_agent) {
  auto there = api::read_cluster_configuration(kubeconfig, user_agent);
  if (!there) return failed(there.error());
  std::string today = *there ? sha256_hex((*there)->bytes) : std::string{};
  if (today == change.sha256_after) return {0, PersistResult::written, {}};
  auto after = *there ? plan::applied(change, (*there)->bytes) : std::nullopt;
  if (!after) {
    return {0, PersistResult::refused,
            fmt::format("kubeadm-config is {} now, the plan was made from {}",
                        today.empty() ? "gone" : short_hash(today), short_hash(change.sha256_before))};
  }
  (*there)->bytes = *std::move(after);
  if (Status written = api::write_cluster_configuration(kubeconfig, **there, user_agent); !written)
    return failed(written.error());
  return {0, PersistResult::written, {}};
}

}  // namespace nightlatch::cli
