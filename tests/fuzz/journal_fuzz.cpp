// Any bytes give records or an error that names the file; what was read goes through the fold, and a record
// comes back from its own line as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rollout/journal.hpp"
#include "rollout/progress.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto read = rollout::read_journal(bytes, "journal.jsonl");
  if (!read && !read.error().message.starts_with("journal.jsonl:")) std::abort();
  if (auto line = rollout::from_line(bytes.substr(0, bytes.find('\n')))) {
    rollout::RunProgress progress;
    progress.fold(line->record);
    auto again = rollout::from_line(rollout::to_line(line->record, line->prev));
    bool four_digit_year = line->record.time_ms >= 0 && line->record.time_ms < 253'402'300'800'000;
    if (four_digit_year && (!again || again->record != line->record)) std::abort();
  }
  return 0;
}
