// How far logs were read, and which requests were open there, so that the next run goes on from that place
// and the runs add up to one over everything.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scan/event.hpp"
#include "util/result.hpp"

namespace nightlatch::scan {

// A request that had begun and not ended.
struct OpenRequest {
  std::uint64_t key = 0;       // key_of the whole event
  std::uint32_t requests = 1;  // with this key
  std::string line;            // its last stage, as a line of an audit log, long texts cut
};

struct Checkpoint {
  // Bytes that were read, decompressed, by the log's first line: renamed or compressed, it is the same log.
  std::map<std::string, std::uint64_t> read{};
  std::vector<OpenRequest> open{};
};

[[nodiscard]] std::string line_of(const Event& event);
[[nodiscard]] std::string to_json(const Checkpoint& checkpoint);
// `file` is for messages. Error: bad_checkpoint.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::string_view json, std::string_view file);

// The name in `read` of the log that begins with these bytes; empty: its first line is not there yet.
[[nodiscard]] std::string name_of_log(std::string_view beginning);

}  // namespace nightlatch::scan
