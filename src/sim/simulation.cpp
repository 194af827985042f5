#include "sim/simulation.hpp"

#include "sim/world.hpp"

namespace nightlatch::sim {

SimulationResult simulate(std::uint64_t seed) {
  World world(seed);
  SimulationResult result;
  result.seed = seed;
  result.fault = world.fault_text();
  world.roll();
  result.crashed = world.crashed();
  result.journal = world.journal();
  bool somebody_comes = (world.crashed() && !world.abandoned()) || world.taken_over() || world.paused();
  if (somebody_comes && seed % 2 == 1 && !world.contested() && !world.stranger_was_here()) {
    world.resume_from_another_workstation();
  } else if (somebody_comes && seed % 4 == 2) {
    world.confirm_from_another_workstation();
  } else if (somebody_comes) {
    world.roll_back_from_another_workstation();
  } else {
    world.settle();
  }
  result.strikes = world.strikes();
  result.abandoned = world.abandoned();
  result.confirmed_by_another = world.confirmed_by_another();
  result.guard_restores = world.guard_restores();
  result.ends = world.ends();
  result.broken = world.broken();
  result.events = world.events();
  return result;
}

}  // namespace nightlatch::sim
