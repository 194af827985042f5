// A cluster on which a roll was carried out, wholly or up to the moment at which its workstation was lost.
#pragma once

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
    return plan::detect(node(name).facts).exposure.state;
  }
  [[nodiscard]] static RunChoices without_asking() { return {.prompting = rollout::Prompting::assume_yes}; }
};

}  // namespace nightlatch::operate
