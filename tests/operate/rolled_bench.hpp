// A cluster on which a roll was carried out, wholly or up to the moment at which its workstation was lost.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "operate/apply.hpp"
#include "operate/operate_bench.hpp"
#include "operate/playbooks.hpp"

namespace nightlatch::operate {

class RolledBench : public Bench {
 protected:
  // The id of the run. With `driver.kill_at` set the workstation is lost there.
  std::string roll() {
    Ports all = ports();
    ApplyInput input;
    input.plan.playbook = load_playbook("health-only").value();
    input.choices.prompting = rollout::Prompting::assume_yes;
    auto report = apply(all, selection(), input);
    EXPECT_TRUE(report) << report.error().errors.front().message;
    driver.kill_at.reset();
    return report ? report->run : std::string{};
  }
  std::string roll_until(const std::string& node, const std::string& step) {
    driver.kill_at = {node, step, rollout::Phase::done};
    return roll();
  }
  [[nodiscard]] access::ExposureState exposure(const std::string& name) {
    const facts::NodeFacts& facts = node(name).facts;
    std::string config = facts.authentication_config ? facts.authentication_config->bytes : "";
    auto [known, is_new] = exposures_.try_emplace({facts.manifest.bytes, std::move(config)});
    if (is_new) known->second = plan::detect(facts).exposure.state;
    return known->second;
  }
  [[nodiscard]] static RunChoices without_asking() { return {.prompting = rollout::Prompting::assume_yes}; }

 private:
  // By manifest and configuration file, which decide it: some tests ask at every question of a run.
  std::map<std::pair<std::string, std::string>, access::ExposureState> exposures_;
};

}  // namespace nightlatch::operate
