#include "rollout/journal.hpp"

#include <fmt/format.h>

#include "rollout/errors.hpp"
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

Status Journal::append(Record& record, std::chrono::system_clock::time_point now) {
  record.time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  std::string line = to_line(record, previous_);
  NL_TRY(append_durably(fd_, line + "\n", path_));
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
