// The text that kube-apiserver writes with --audit-log-format=legacy: one line an event,
// `TIME AUDIT: id="…" stage="…" ip="…" method="…" user="…" groups="…","…" as="<self>" … uri="…"
// response="200"` (apiserver/pkg/audit/format.go, v1.34). It has no decision of authorization, and its
// address is the first of sourceIPs, which the client chooses.
#pragma once

#include <string_view>

#include "scan/event_reader.hpp"

namespace nightlatch::scan {

// Whether the line has the mark of this format.
[[nodiscard]] bool is_legacy(std::string_view line);

// Views of `event` point into the line or into `memory`.
[[nodiscard]] LineKind read_legacy(std::string_view line, TextMemory& memory, Event& event);

}  // namespace nightlatch::scan
