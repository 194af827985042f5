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
  if (world.crashed() && !world.abandoned()) {
    world.roll_back_from_another_workstation();
  } else {
    world.settle();
  }
  result.result = world.result();
  result.abandoned = world.abandoned();
  result.guard_restores = world.guard_restores();
  result.broken = world.broken();
  result.events = world.events();
  return result;
}

}  // namespace nightlatch::sim
