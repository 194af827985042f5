#include "cluster/lock.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>

#include "api/errors.hpp"
#include "cluster/errors.hpp"
#include "util/clock.hpp"
#include "util/text.hpp"
#include "util/user.hpp"

namespace nightlatch::cluster {

namespace {

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
Result<std::optional<api::Lease>> may_take(ClusterApi& api, const LockRequest& request, LeaseWatch& watch) {
  NL_ASSIGN(std::optional<api::Lease> there, api.read_lease());
  bool same_run = there && !request.of_run.empty() && there->run == request.of_run;
  bool told_to = same_run && request.take_over == TakeOver::yes;
  bool expired = there && watch.expired(*there, monotonic_clock());
  if (judge_claim(there, this_process(), lives) != Claim::held || told_to || expired) return there;
  return fail(cluster_errors::locked, describe(*there),
              {same_run ? "if that run has ended without giving it back: --take-over"
                        : "if it has ended without giving it back: nightlatch status --break-lock"});
}

Result<api::Lease> claim(ClusterApi& api, const LockRequest& request) {
  LeaseWatch watch;
  NL_ASSIGN(std::optional<api::Lease> there, may_take(api, request, watch));
  api::Lease mine;
  mine.holder = request.holder;
  mine.run = request.run;
  mine.process = this_process().text();
  mine.acquired = mine.renewed = now();
  if (there) mine.resource_version = there->resource_version;
  NL_ASSIGN(api::Lease written, api.write_lease(mine));
  bool taken_away = there && (!there->holder.empty() || !there->broken.empty());
  if (request.predecessor == Predecessor::shut_out_by_its_node) return written;
  if (taken_away && may_be_at_work(*there, this_process(), lives)) {
    request.say(fmt::format("run {} may live still: waiting {} until it has heard that the lock is ours",
                            there->run, human_duration(until_heard)));
    request.pause(until_heard);
  }
  return written;
}

}  // namespace

ClusterLock::ClusterLock(std::shared_ptr<ClusterApi> api, api::Lease lease, std::string description)
    : api_(std::move(api)),
      description_(std::move(description)),
      lease_(std::move(lease)),
      renewals_(monotonic_clock()) {}

ClusterLock::~ClusterLock() {
  release();
}

Result<std::unique_ptr<ClusterLock>> ClusterLock::take(std::shared_ptr<ClusterApi> api,
                                                       const LockRequest& request) {
  auto none = [](const std::string& why) {
    return std::unique_ptr<ClusterLock>(
        new ClusterLock(nullptr, {}, fmt::format("the nodes' own locks only: {}", why)));
  };
  if (!api) {
    if (request.without_api == WithoutApi::go_on) return none("there is no kubeconfig");
    return fail(cluster_errors::lock_unwritable, "the cluster's lock needs a kubeconfig");
  }
  auto lease = claim(*api, request);
  bool was_faster = !lease && lease.error().code.number == api_errors::lease_conflict.number;
  if (was_faster) lease = claim(*api, request);  // who was faster holds it now
  if (lease) {
    return std::unique_ptr<ClusterLock>(new ClusterLock(std::move(api), *std::move(lease), "the cluster's"));
  }
  Error error = std::move(lease).error();
  if (error.code.exit == Exit::locked) return fail(std::move(error));
  if (request.without_api == WithoutApi::go_on) return none(error.message);
  if (is_without_api(error)) return fail(std::move(error));
  std::vector<std::string> details{error.message};
  details.insert(details.end(), error.details.begin(), error.details.end());
  return fail(cluster_errors::lock_unwritable, "the cluster's lock cannot be written", std::move(details));
}

Status ClusterLock::look(ClusterApi& api, const LockRequest& request) {
  LeaseWatch watch;
  auto there = may_take(api, request, watch);
  bool held = !there && there.error().code.exit == Exit::locked;
  if (!held) return {};  // what else is wrong is told by whoever reads the cluster
  if (request.when_held == WhenHeld::leave) return fail(std::move(there).error());
  request.say(fmt::format("{}; waiting until it is given back, or silent for {}", there.error().message,
                          human_duration(api::lease_ttl)));
  while (!there && (there.error().code.exit == Exit::locked || is_without_api(there.error()))) {
    request.pause(look_again);
    there = may_take(api, request, watch);
  }
  return {};
}

std::optional<std::string> ClusterLock::keep() {
  if (!api_) return std::nullopt;
  api::Lease next;
  {
    std::lock_guard lock(mutex_);
    next = lease_;
  }
  next.renewed = now();
  auto renewed = api_->write_lease(next);
  if (!renewed && renewed.error().code.number == api_errors::lease_conflict.number) {
    auto there = api_->read_lease();
    bool still_mine = there && *there && (*there)->holder == next.holder &&
                      (*there)->process == next.process && (*there)->run == next.run;
    if (still_mine) {  // a renewal whose answer was lost
      renewed = **there;
    } else if (there) {
      if (!*there) return "the cluster's lock was deleted";
      return (*there)->broken.empty() ? describe(**there)
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
    if (!api_ || std::exchange(released_, true)) return;
    lease = lease_;
  }
  // What cannot be given back expires, and its holder is known to be dead.
  static_cast<void>(api_->delete_lease(lease));
}

Result<api::Lease> break_lock(ClusterApi& api, const std::string& by, const std::string& reason) {
  NL_ASSIGN(std::optional<api::Lease> there, api.read_lease());
  if (!there || there->holder.empty())
    return fail(cluster_errors::not_locked, "nobody holds the cluster's lock");
  api::Lease broken = *there;
  broken.holder.clear();
  broken.broken =
      fmt::format("taken from run {} of {} by {} at {}: {}", there->run, there->holder, by, now(), reason);
  NL_TRY(api.write_lease(broken));
  return *there;
}

std::string who_am_i() {
  std::string user = login_name();
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}@{}", user.empty() ? "?" : user, host.data());
}

}  // namespace nightlatch::cluster
