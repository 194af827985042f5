#include "plan/approval.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// The line without its key, which must come next; an empty value has no blank behind the key.
std::optional<std::string> value_of(std::string_view line, std::string_view key) {
  if (line == key) return std::string{};
  if (!line.starts_with(key) || line.size() < key.size() + 2 || line[key.size()] != ' ') return std::nullopt;
  std::string value(line.substr(key.size() + 1));
  if (std::any_of(value.begin(), value.end(), is_control)) return std::nullopt;
  return value;
}

std::string line_of(std::string_view key, std::string_view value) {
  return value.empty() ? fmt::format("{}\n", key) : fmt::format("{} {}\n", key, value);
}

// Only as to_text writes it, so that one time has one text.
bool read_expiry(const std::string& text, std::optional<Clock::time_point>& expires) {
  if (text == "never") return true;
  expires = parse_utc_timestamp(text);
  return expires && utc_timestamp(*expires) == text;
}

std::string why_not(const SignedApproval& one, const std::vector<std::string>& plans, Clock::time_point now) {
  if (!one.approval) return one.approval.error().message;
  if (!one.key) return one.key.error().message;
  const Approval& approval = *one.approval;
  if (!is_among(approval.plan, plans))
    return fmt::format("it approves another plan, {}", approval.plan.substr(0, 8));
  if (approval.expires && *approval.expires <= now)
    return fmt::format("it expired at {}", utc_timestamp(*approval.expires));
  return {};
}

}  // namespace

bool is_approver(std::string_view name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr std::string_view others = "@._+-";
  if (name.empty() || name.size() > 100 || letters.find(name.front()) == std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return letters.find(c) != std::string_view::npos || others.find(c) != std::string_view::npos;
  });
}

std::string expiry_text(const std::optional<Clock::time_point>& expires) {
  return expires ? utc_timestamp(*expires) : "never";
}

std::string to_text(const Approval& approval) {
  return line_of("plan", approval.plan) + line_of("by", approval.by) +
         line_of("expires", expiry_text(approval.expires)) + line_of("comment", approval.comment);
}

std::string to_text(const RunStart& start) {
  return line_of("run", start.run) + line_of("plan", start.plan) + line_of("by", start.by) +
         line_of("at", utc_timestamp(start.at));
}

Result<Approval> approval_from(std::string_view text, std::string_view file) {
  constexpr std::array<std::string_view, 4> keys{"plan", "by", "expires", "comment"};
  auto wrong = [&](std::string_view what) {
    return fail(plan_errors::not_an_approval, fmt::format("{}: {}", file, what));
  };
  std::vector<std::string> lines = split(text, '\n');
  if (lines.size() != keys.size() + 1 || !lines.back().empty())
    return wrong("an approval has four lines: plan, by, expires and comment");
  std::array<std::string, 4> values;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto value = value_of(lines[i], keys[i]);
    if (!value) return wrong(fmt::format("line {} is not \"{} …\"", i + 1, keys[i]));
    values[i] = *std::move(value);
  }
  Approval approval{.plan = values[0], .by = values[1], .expires = {}, .comment = values[3]};
  if (!is_sha256_hex(approval.plan)) return wrong("line 1 has no hash of 64 digits");
  if (!is_approver(approval.by)) return wrong("line 2 has no name that may approve");
  if (!read_expiry(values[2], approval.expires))
    return wrong("line 3 has neither a time like 2026-11-29T06:00:00Z nor never");
  return approval;
}

std::vector<JudgedApproval> judge_approvals(const std::vector<SignedApproval>& found,
                                            const std::vector<std::string>& plans, Clock::time_point now,
                                            const Beginner& beginner, spec::SelfApproval self) {
  std::vector<JudgedApproval> judged;
  std::set<std::string> keys;
  for (const SignedApproval& one : found) {
    JudgedApproval is{.name = one.name, .approval = {}, .key = {}, .why_not = why_not(one, plans, now)};
    if (one.approval) is.approval = *one.approval;
    if (one.key) is.key = *one.key;
    if (is.why_not.empty() && is.approval->by != one.name)
      is.why_not = fmt::format("it is by {}, and its file is called {}", is.approval->by, one.name);
    std::string fingerprint = is.key.substr(std::min(is.key.rfind("SHA256:"), is.key.size()));
    bool is_self =
        is_among(one.name, beginner.names) || (!fingerprint.empty() && fingerprint == beginner.fingerprint);
    if (is.why_not.empty() && is_self && self == spec::SelfApproval::deny)
      is.why_not = "the person who applies the plan does not approve it, too";
    if (is.why_not.empty() && !keys.insert(fingerprint).second)
      is.why_not = "the same key has approved under another name";
    judged.push_back(std::move(is));
  }
  return judged;
}

Status enough_approvals(const std::vector<JudgedApproval>& judged, int required) {
  auto counting =
      std::count_if(judged.begin(), judged.end(), [](const auto& one) { return one.why_not.empty(); });
  if (counting >= required) return {};
  Error error{plan_errors::approvals_missing,
              fmt::format("{} of {} approvals that this plan needs {} there", counting, required,
                          counting == 1 ? "is" : "are"),
              {},
              {},
              {},
              {}};
  for (const JudgedApproval& one : judged) {
    error.details.push_back(one.why_not.empty()
                                ? fmt::format("{}  counts", one.name)
                                : fmt::format("{}  does not count: {}", one.name, one.why_not));
  }
  return fail(std::move(error));
}

std::optional<Clock::time_point> approved_until(const std::vector<JudgedApproval>& judged, int required) {
  std::vector<Clock::time_point> ends;
  for (const JudgedApproval& one : judged) {
    if (one.why_not.empty()) ends.push_back(one.approval->expires.value_or(Clock::time_point::max()));
  }
  std::sort(ends.rbegin(), ends.rend());
  if (required < 1 || ends.size() < static_cast<std::size_t>(required)) return std::nullopt;
  Clock::time_point last = ends[static_cast<std::size_t>(required) - 1];
  if (last == Clock::time_point::max()) return std::nullopt;
  return last;
}

}  // namespace nightlatch::plan
