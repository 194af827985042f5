#include "rollout/journal.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "rollout/errors.hpp"
#include "util/errors.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"

namespace nightlatch::rollout {

Result<Journal> Journal::create(const std::filesystem::path& path) {
  auto fd = create_append_durably(path);
  if (fd) return Journal(*std::move(fd), path);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return fail(std::move(fd).error());
  return fail(rollout_errors::journal_exists, fmt::format("{} exists already", path.string()));
}

Journal::Reserve::~Reserve() {
  std::error_code ignored;
  if (fd_.valid()) std::filesystem::remove(path_, ignored);
}

bool Journal::Reserve::give_back() {
  constexpr std::size_t part = 16U << 10U;  // many times the longest record
  if (!fd_.valid() || size_ == 0) return false;
  size_ -= std::min(size_, part);
  return cut_durably(fd_, size_, path_).has_value();
}

Status Journal::reserve(std::size_t bytes) {
  std::filesystem::path file = path_;
  file.replace_extension("reserve");
  auto fd = create_reserve(file, bytes);
  if (!fd) {
    return fail(rollout_errors::journal_room,
                fmt::format("the journal of this run needs {} KiB: {}", bytes >> 10U, fd.error().message));
  }
  reserve_ = Reserve(*std::move(fd), std::move(file), bytes);
  return {};
}

// A line that was written in part would break the chain, so it is cut off before it is written again.
Status Journal::write(const std::string& line) {
  Status written = append_durably(fd_, line, path_);
  auto is_full = [&] { return !written && written.error().code.number == util_errors::no_room.number; };
  while (is_full() && reserve_.give_back()) {
    NL_TRY(cut_durably(fd_, size_, path_));
    written = append_durably(fd_, line, path_);
  }
  if (written) size_ += line.size();
  return written;
}

Status Journal::append(Record& record, std::chrono::system_clock::time_point now) {
  record.time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  std::string line = to_line(record, previous_);
  NL_TRY(write(line + "\n"));
  previous_ = sha256_hex(line);
  return {};
}

namespace {

// A record that is not the one that was written, and what is wrong with it.
struct Break {
  std::size_t record = 0;
  std::string why;
};

// The line `at` (from 0) has another number than its place.
Break misplaced(const std::vector<std::string_view>& lines, std::size_t at, std::uint64_t seq) {
  std::size_t place = at + 1;
  auto has_number = [&](std::string_view line) {
    auto parsed = from_line(line);
    return parsed && parsed->record.seq == place;
  };
  bool comes_later = std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(place), lines.end(), has_number);
  if (comes_later) return {place, fmt::format("record {} stands in the place of record {}", seq, place)};
  if (seq < place) return {place, fmt::format("record {} is there twice", seq)};
  return {place, fmt::format("record {} is missing: record {} follows{}", place, seq,
                             at == 0 ? std::string{} : fmt::format(" record {}", at))};
}

// The line `at` (from 0) holds another hash of the line before it. Where the line after it knows its bytes,
// the one before it was changed.
Break changed(const std::vector<std::string_view>& lines, std::size_t at) {
  auto is_intact = [&] {
    auto next = at + 1 < lines.size() ? from_line(lines[at + 1]) : from_line({});
    return !next || next->prev == sha256_hex(lines[at]);
  };
  std::size_t record = at == 0 || !is_intact() ? at + 1 : at;
  return {record, fmt::format("record {} was changed after it was written", record)};
}

}  // namespace

Result<Chain> read_chain(std::string_view bytes, std::string_view file) {
  Chain chain;
  std::vector<std::string_view> lines;
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    lines.push_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
  chain.is_torn = !bytes.empty();  // it was never acknowledged, so nothing followed it
  for (std::size_t at = 0; at < lines.size(); ++at) {
    auto parsed = from_line(lines[at]);
    std::optional<Break> broken;
    if (!parsed) {
      broken = {at + 1, parsed.error().message};
    } else if (parsed->record.seq != at + 1) {
      broken = misplaced(lines, at, parsed->record.seq);
    } else if (parsed->prev != chain.head) {
      broken = changed(lines, at);
    }
    if (broken)
      return fail(rollout_errors::journal_broken,
                  fmt::format("{}:{}: {}", file, broken->record, broken->why));
    chain.head = sha256_hex(lines[at]);
    chain.records.push_back(std::move(parsed->record));
  }
  return chain;
}

Result<std::vector<Record>> read_journal(std::string_view bytes, std::string_view file) {
  NL_ASSIGN(Chain chain, read_chain(bytes, file));
  return std::move(chain.records);
}

}  // namespace nightlatch::rollout
