#include "operate/hooks.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "operate/run_store.hpp"
#include "plan/hooks.hpp"
#include "report/hook_event.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

namespace fs = std::filesystem;
using plan::HookEvent;

bool is_program(const fs::path& file) {
  std::error_code none;
  return fs::is_regular_file(file, none) && ::access(file.c_str(), X_OK) == 0;
}

bool is_in_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> directories = split(path == nullptr ? "/usr/bin:/bin" : path, ':');
  return std::any_of(directories.begin(), directories.end(), [&](const std::string& directory) {
    return is_program(fs::path(directory.empty() ? "." : directory) / name);
  });
}

bool can_be_run(const std::string& program) {
  return program.find('/') == std::string::npos ? is_in_path(program) : is_program(expand_home(program));
}

std::vector<std::string> words_of(const spec::Hook& hook) {
  std::vector<std::string> words = hook.command;
  words.front() = expand_home(words.front()).string();
  return words;
}

// "12.3 MiB of what it said were dropped".
std::string size_of(std::uint64_t bytes) {
  constexpr double kibi = 1024;
  auto size = static_cast<double>(bytes);
  constexpr double nearly = 0.9995;  // what is rounded up to 1024 is one of the next unit
  if (size < kibi * kibi * nearly) return fmt::format("{:.1f} KiB", size / kibi);
  if (size < kibi * kibi * kibi * nearly) return fmt::format("{:.1f} MiB", size / kibi / kibi);
  return fmt::format("{:.1f} GiB", size / kibi / kibi / kibi);
}

std::string note_of(const BoundedEnd& end) {
  std::vector<std::string> notes;
  if (end.dropped > 0) notes.push_back(fmt::format("{} of what it said were dropped", size_of(end.dropped)));
  if (!end.left.empty())
    notes.push_back(fmt::format("it left {} running, which was killed", join(end.left, " and ")));
  return join(notes, "; ");
}

}  // namespace

Status check_hooks(const plan::Plan& plan) {
  if (!plan::hooks_stop(plan)) return {};
  for (HookEvent event : plan::hook_events) {
    const spec::Hook* hook = plan::called_hook(plan, event);
    if (hook == nullptr || can_be_run(hook->command.front())) continue;
    return fail(operate_errors::hook_unusable, fmt::format("the hook {}: {} is not there, or may not be run",
                                                           plan::name(event), hook->command.front()));
  }
  return {};
}

// From the newest run to the oldest: the newest that has a word about a node has the last one.
std::vector<std::string> hooks_owed(const std::string& cluster) {
  std::map<std::string, bool> all;
  for (const report::PastRun& run : past_runs(cluster)) {
    for (const rollout::NodeProgress& node : run.progress.nodes) {
      if (node.hook_owed) all.try_emplace(node.node, *node.hook_owed);
    }
  }
  std::vector<std::string> nodes;
  for (const auto& [node, owed] : all) {
    if (owed) nodes.push_back(node);
  }
  return nodes;
}

rollout::HookEnded HookRunner::call(const plan::Plan& plan, const std::string& run, std::string time,
                                    const rollout::CallHook& call) {
  const spec::Hook* hook = plan::called_hook(plan, call.event);
  if (hook == nullptr) return rollout::HookEnded::well();
  BoundedEnd end = child_.run(
      {.words = words_of(*hook),
       .input = report::hook_event_json({.plan = plan, .run = run, .time = std::move(time), .call = call}),
       .limit = call.limit});
  return {.problem = end.problem(), .note = note_of(end), .output = std::move(end.output)};
}

}  // namespace nightlatch::operate
