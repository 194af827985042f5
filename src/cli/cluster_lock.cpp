#include "cli/cluster_lock.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "api/errors.hpp"
#include "cli/errors.hpp"
#include "util/clock.hpp"
#include "util/text.hpp"
#include "util/user.hpp"

namespace nightlatch::cli {

namespace {

using rollout::Claim;
using rollout::Process;

constexpr std::chrono::seconds look_again{5};
// A run hears that its lock is gone when it renews it, every 30 s; until then it may begin another node.
constexpr std::chrono::seconds until_heard{35};

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

// In clock ticks since boot, field 22 of /proc/PID/stat; empty: no such process.
std::string start_of(const std::string& pid) {
  std::string stat = first_line(fmt::format("/proc/{}/stat", pid));
  std::size_t name_ends = stat.rfind(')');
  if (name_ends == std::string::npos) return {};
  constexpr std::size_t start_after_name = 20;
  std::vector<std::string> fields = split(std::string_view(stat).substr(name_ends + 1), ' ');
  return fields.size() > start_after_name ? fields[start_after_name] : std::string{};
}

Process this_process() {
  std::error_code error;
  std::string pid = std::to_string(::getpid());
  return {first_line("/proc/sys/kernel/random/boot_id"),
          std::filesystem::read_symlink("/proc/self/ns/pid", error).string(), pid, start_of(pid)};
}

bool lives(const Process& process) {
  return start_of(process.pid) == process.start;
}

std::string now() {
  return utc_timestamp(wall_clock());
}

bool is_without_api(const Error& error) {
  return error.code.number == api_errors::unreachable.number ||
         error.code.number == api_errors::answer_unexpected.number;
}

// Who may have it: nobody holds it, its holder is dead or silent for a TTL, or a person said that it is to be
// taken over. Returns what is there.
Result<std::optional<api::Lease>> may_take(const api::Kubeconfig& kubeconfig, const std::string& user_agent,
                                           const LockWish& wish, rollout::LeaseWatch& watch) {
  NL_ASSIGN(std::optional<api::Lease> there, api::read_lease(kubeconfig, user_agent));
  bool same_run = there && !wish.of_run.empty() && there->run == wish.of_run;
  bool told_to = same_run && wish.take_over == TakeOver::yes;
  bool expired = there && watch.expired(*there, monotonic_clock());
  if (rollout::judge_claim(there, this_process(), lives) != Claim::held || told_to || expired) return there;
  return fail(cli_errors::locked, rollout::describe(*there),
              {same_run ? "if that run has ended without giving it back: --take-over"
                        : "if it has ended without giving it back: nightlatch status --break-lock"});
}

Result<api::Lease> claim(const api::Kubeconfig& kubeconfig, const std::string& user_agent,
                         const LockWish& wish) {
  rollout::LeaseWatch watch;
  NL_ASSIGN(std::optional<api::Lease> there, may_take(kubeconfig, user_agent, wish, watch));
  api::Lease mine;
  mine.holder = wish.holder;
  mine.run = wish.run;
  mine.process = this_process().text();
  mine.acquired = mine.renewed = now();
  if (there) mine.resource_version = there->resource_version;
  NL_ASSIGN(api::Lease written, api::write_lease(kubeconfig, mine, user_agent));
  bool taken_away = there && (!there->holder.empty() || !there->broken.empty());
  if (taken_away && rollout::may_be_at_work(*there, this_process(), lives)) {
    wish.say(fmt::format("run {} may live still: waiting {} until it has heard that the lock is ours",
                         there->run, human_duration(until_heard)));
    wish.pause(until_heard);
  }
  return written;
}

}  // namespace

ClusterLock::ClusterLock(std::optional<api::Kubeconfig> kubeconfig, std::string user_agent, api::Lease lease,
                         std::string word)
    : kubeconfig_(std::move(kubeconfig)),
      user_agent_(std::move(user_agent)),
      word_(std::move(word)),
      lease_(std::move(lease)),
      renewals_(monotonic_clock()) {}

ClusterLock::~ClusterLock() {
  release();
}

Result<std::unique_ptr<ClusterLock>> ClusterLock::take(const std::optional<api::Kubeconfig>& kubeconfig,
                                                       const std::string& user_agent, const LockWish& wish) {
  auto none = [](const std::string& why) {
    return std::unique_ptr<ClusterLock>(
        new ClusterLock({}, {}, {}, fmt::format("the nodes' own locks only: {}", why)));
  };
  if (!kubeconfig) {
    if (wish.without_api == WithoutApi::go_on) return none("there is no kubeconfig");
    return fail(cli_errors::lock_unwritable, "the cluster's lock needs a kubeconfig");
  }
  auto lease = claim(*kubeconfig, user_agent, wish);
  if (!lease &&
      lease.error().code.number == api_errors::lease_conflict.number)  // who was faster holds it now
    lease = claim(*kubeconfig, user_agent, wish);
  if (lease) {
    return std::unique_ptr<ClusterLock>(
        new ClusterLock(kubeconfig, user_agent, *std::move(lease), "the cluster's"));
  }
  Error error = std::move(lease).error();
  if (error.code.exit == Exit::locked) return fail(std::move(error));
  if (wish.without_api == WithoutApi::go_on) return none(error.message);
  if (is_without_api(error)) return fail(std::move(error));
  std::vector<std::string> details{error.message};
  details.insert(details.end(), error.details.begin(), error.details.end());
  return fail(cli_errors::lock_unwritable, "the cluster's lock cannot be written", std::move(details));
}

Status ClusterLock::look(const api::Kubeconfig& kubeconfig, const std::string& user_agent,
                         const LockWish& wish) {
  rollout::LeaseWatch watch;
  auto there = may_take(kubeconfig, user_agent, wish, watch);
  bool held = !there && there.error().code.exit == Exit::locked;
  if (!held) return {};  // what else is wrong is told by whoever reads the cluster
  if (wish.when_held == WhenHeld::leave) return fail(std::move(there).error());
  wish.say(fmt::format("{}; waiting until it is given back, or silent for {}", there.error().message,
                       human_duration(api::lease_ttl)));
  while (!there && (there.error().code.exit == Exit::locked || is_without_api(there.error()))) {
    std::this_thread::sleep_for(look_again);
    there = may_take(kubeconfig, user_agent, wish, watch);
  }
  return {};
}

std::optional<std::string> ClusterLock::keep() {
  if (!kubeconfig_) return std::nullopt;
  api::Lease next;
  {
    std::lock_guard lock(mutex_);
    next = lease_;
  }
  next.renewed = now();
  auto renewed = api::write_lease(*kubeconfig_, next, user_agent_);
  if (!renewed && renewed.error().code.number == api_errors::lease_conflict.number) {
    auto there = api::read_lease(*kubeconfig_, user_agent_);
    bool still_mine = there && *there && (*there)->holder == next.holder &&
                      (*there)->process == next.process && (*there)->run == next.run;
    if (still_mine) {  // a renewal whose answer was lost
      renewed = **there;
    } else if (there) {
      if (!*there) return "the cluster's lock was deleted";
      return (*there)->broken.empty() ? rollout::describe(**there)
                                      : fmt::format("the cluster's lock was {}", (*there)->broken);
    }
  }
  std::lock_guard lock(mutex_);
  if (renewed) {
    lease_ = *std::move(renewed);
    renewals_.succeeded(monotonic_clock());
    return std::nullopt;
  }
  if (!renewals_.lost(monotonic_clock())) return std::nullopt;
  return fmt::format("the cluster's lock could not be renewed for {}: {}", human_duration(api::lease_ttl),
                     renewed.error().message);
}

void ClusterLock::release() {
  api::Lease lease;
  {
    std::lock_guard lock(mutex_);
    if (!kubeconfig_ || std::exchange(released_, true)) return;
    lease = lease_;
  }
  // What cannot be given back expires, and its holder is known to be dead.
  static_cast<void>(api::delete_lease(*kubeconfig_, lease, user_agent_));
}

Result<api::Lease> break_lock(const api::Kubeconfig& kubeconfig, const std::string& user_agent,
                              const std::string& by, const std::string& reason) {
  NL_ASSIGN(std::optional<api::Lease> there, api::read_lease(kubeconfig, user_agent));
  if (!there || there->holder.empty()) return fail(cli_errors::not_locked, "nobody holds the cluster's lock");
  api::Lease broken = *there;
  broken.holder.clear();
  broken.broken =
      fmt::format("taken from run {} of {} by {} at {}: {}", there->run, there->holder, by, now(), reason);
  NL_TRY(api::write_lease(kubeconfig, broken, user_agent));
  return *there;
}

std::string who_am_i() {
  std::string user = login_name();
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}@{}", user.empty() ? "?" : user, host.data());
}

}  // namespace nightlatch::cli
