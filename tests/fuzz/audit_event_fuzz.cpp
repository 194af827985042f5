// What both readers of an audit event accept, they read alike.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "scan/event_reader.hpp"
#include "scan/json_cursor.hpp"
#include "scan/second_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nightlatch::scan;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bytes.append(cursor_padding, '\0');
  std::string_view line = std::string_view(bytes).substr(0, size);
  static EventReader first;
  static SecondReader second;
  Event a;
  Event b;
  if (first.read(line, a) != LineKind::event) return 0;
  if (first.end() > line.data() + line.size()) __builtin_trap();
  // What is no JSON, they may take apart differently.
  if (second.read(line, b) != LineKind::event || !nlohmann::json::accept(line)) return 0;
  bool same = a.audit_id == b.audit_id && a.stage == b.stage && a.verb == b.verb &&
              a.username == b.username && a.last_ip == b.last_ip && a.decision == b.decision &&
              a.received_us == b.received_us && caller_of(a) == caller_of(b);
  if (!same) __builtin_trap();
  return 0;
}
