#include "plan/kubeadm_change.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "manifest/splice.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/kubeadm_config.hpp"
#include "plan/rewrite_errors.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

using Grade = PlanCheck::Grade;

constexpr const char* label = "ConfigMap kubeadm-config: ClusterConfiguration";

// An outcome that leaves the ConfigMap unchanged. `code`: 0 where there is nothing to warn of.
KubeadmOutcome only_say(Grade grade, int code, std::string text) {
  return {{},
          {},
          PlanCheck{grade, std::move(text), code, {.object = "ConfigMap kube-system/kubeadm-config"}},
          {}};
}

KubeadmOutcome by_hand(const std::string& change) {
  return only_say(
      Grade::warning, plan_checks::kubeadm_reopens.number,
      fmt::format("kubeadm upgrade would write the old flags again: when every node is done, change the "
                  "ConfigMap kubeadm-config: {}. nightlatch rewrite MANIFEST -p PLAYBOOK --kubeadm-config "
                  "FILE makes the file",
                  change));
}

KubeadmOutcome part_of_plan(std::string_view config, manifest::Edit edit) {
  KubeadmOutcome outcome = only_say(
      Grade::ok, 0,
      fmt::format("kubeadm upgrade keeps the change (ConfigMap kubeadm-config is part of this plan: {})",
                  in_words(edit)));
  outcome.diff = manifest::unified_diff(config, edit.splices, label);
  outcome.change = ObjectChange{.object = kubeadm_config(),
                                .field = "/data/ClusterConfiguration",
                                .sha256_before = edit.sha256_before,
                                .sha256_after = edit.sha256_after,
                                .splices = edit.splices,
                                .undo = manifest::inverse(config, edit.splices),
                                // The change of the nodes does not depend on the ConfigMap, in either
                                // direction.
                                .when_unwritable = facts::WhenUnwritable::go_on_and_tell};
  return outcome;
}

KubeadmOutcome refuse(std::string why, std::vector<std::string> details) {
  KubeadmOutcome outcome;
  outcome.refusals.push_back(
      Error{plan_errors::kubeadm_config_unfit, std::move(why), std::move(details), {}, {}, {}});
  return outcome;
}

}  // namespace

const facts::ObjectReference& kubeadm_config() {
  static const facts::ObjectReference object{.group = {},
                                             .version = "v1",
                                             .kind = "ConfigMap",
                                             .name_space = "kube-system",
                                             .name = "kubeadm-config"};
  return object;
}

KubeadmOutcome plan_kubeadm_change(const std::string& config, const std::vector<PersistedServer>& servers,
                                   const spec::Playbook& playbook) {
  if (config.empty()) {
    return only_say(Grade::ok, 0, "no ConfigMap kubeadm-config: kubeadm upgrade has no flags to bring back");
  }
  std::optional<manifest::Edit> wanted;
  std::set<std::string> words;
  for (const auto& [pod, logins] : servers) {
    auto edit = persist(config, "kubeadm-config", pod);
    if (!edit && edit.error().code.number == plan_rewrite_errors::probes_not_persistable.number) {
      return only_say(
          Grade::warning, plan_checks::kubeadm_reopens.number,
          fmt::format("kubeadm-config stays unchanged, and kubeadm upgrade will open the nodes again: {}. "
                      "Apply again after each kubeadm upgrade",
                      edit.error().message));
    }
    if (!edit) {
      if (!playbook.persist_kubeadm_config)
        return by_hand(fmt::format("by hand, because {}", edit.error().message));
      return refuse(edit.error().message, edit.error().details);
    }
    bool removes_unknown =
        playbook.persist_kubeadm_config && playbook.kubeadm_oidc == spec::KubeadmOidc::refuse;
    if (removes_unknown) {
      auto known = check_kubeadm_logins(config, "kubeadm-config", logins);
      if (!known) {
        KubeadmOutcome refused;
        refused.refusals.push_back(std::move(known).error());
        return refused;
      }
    }
    words.insert(in_words(*edit));
    wanted = *std::move(edit);
  }
  if (words.size() > 1) {
    std::vector<std::string> changes(words.begin(), words.end());
    if (playbook.persist_kubeadm_config)
      return refuse("the nodes need different changes of kubeadm-config", std::move(changes));
    return by_hand("the nodes need different changes: " + join(changes, "; or "));
  }
  if (!wanted || !wanted->changed())
    return only_say(Grade::ok, 0,
                    "kubeadm-config has these settings already: kubeadm upgrade keeps the change");
  return playbook.persist_kubeadm_config ? part_of_plan(config, *std::move(wanted)) : by_hand(*words.begin());
}

KubeadmOutcome turn_kubeadm_change(const ObjectChange& original, const std::optional<std::string>& config,
                                   const std::string& run) {
  if (!config) {
    return only_say(
        Grade::unknown, plan_checks::kubeadm_config_unread.number,
        fmt::format("kubeadm-config cannot be read now. If it still has what run {0} wrote, kubeadm "
                    "upgrade brings that back: run nightlatch rollback {0} again when the API answers",
                    run));
  }
  std::string today = sha256_hex(*config);
  if (today == original.sha256_before) return {};
  ObjectChange back = inverse(original);
  if (today != back.sha256_before || !applied(back, *config)) {
    return only_say(
        Grade::warning, plan_checks::kubeadm_config_changed.number,
        fmt::format("kubeadm-config has the hash {} now, and run {} wrote {}. The rollback leaves it "
                    "unchanged, and kubeadm upgrade writes what it says",
                    short_hash(today), run, facts::describe_text(original.sha256_after)));
  }
  KubeadmOutcome outcome = only_say(Grade::ok, 0, "kubeadm-config is put back first");
  outcome.diff = manifest::unified_diff(*config, back.splices, label);
  outcome.change = std::move(back);
  return outcome;
}

}  // namespace nightlatch::plan
