// Reads an event by simdjson, and so independently of EventReader: a sample of the lines that the raw filter
// skipped goes through it, and the tests compare both readers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "scan/event_reader.hpp"

namespace nightlatch::scan {

class SecondReader {
 public:
  SecondReader();
  ~SecondReader();
  SecondReader(const SecondReader&) = delete;
  SecondReader& operator=(const SecondReader&) = delete;

  // As EventReader::read, but strict: what is no JSON, or no UTF-8, is malformed. The views of `event` are
  // valid until the next call. Longer lines than 1 MiB are LineKind::other.
  LineKind read(std::string_view line, Event& event);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nightlatch::scan
