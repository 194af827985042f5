// The ports that a verb uses in production: this terminal, the wall clock and the network.
#pragma once

#include <memory>

#include "cli/console.hpp"
#include "operate/ports.hpp"

namespace nightlatch::cli {

// The person at the terminal of `console`, which must outlive this object.
class ConsoleOperator final : public operate::Operator {
 public:
  explicit ConsoleOperator(Console& console) : console_(console) {}

  [[nodiscard]] bool can_be_asked() const override;
  [[nodiscard]] std::chrono::system_clock::time_point now() const override;
  void pause(std::chrono::seconds time) override;
  void say(const std::string& line) override;
  void log(const std::string& line) override;
  void show(const plan::PlanOutcome& outcome, const std::string& file) override;
  [[nodiscard]] std::unique_ptr<operate::RunView> follow(const plan::Plan& plan, const std::string& run,
                                                         const std::string& directory) override;
  void leave_at_once(const Error& why, const std::function<void()>& last) override;

 private:
  Console& console_;
};

// All that a verb needs. The console must outlive this object.
class RealPorts {
 public:
  explicit RealPorts(Console& console);

  [[nodiscard]] operate::Ports& get() { return ports_; }

 private:
  std::unique_ptr<cluster::Connections> connections_;
  ConsoleOperator person_;
  operate::Ports ports_;
};

}  // namespace nightlatch::cli
