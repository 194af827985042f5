#include "rollout/journal.hpp"

#include <algorithm>

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

Result<std::vector<Record>> read_journal(std::string_view bytes, std::string_view file) {
  std::vector<Record> records;
  std::string previous;
  std::size_t number = 0;
  while (!bytes.empty()) {
    ++number;
    std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos)
      return records;  // an incomplete line was never acknowledged, so nothing followed it
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    auto parsed = from_line(line);
    if (!parsed || parsed->prev != previous || parsed->record.seq != number) {
      return fail(rollout_errors::journal_broken,
                  fmt::format("{}:{}: {}", file, number,
                              parsed ? "the hash chain is broken" : parsed.error().message));
    }
    previous = sha256_hex(line);
    records.push_back(std::move(parsed->record));
  }
  return records;
}

}  // namespace nightlatch::rollout
