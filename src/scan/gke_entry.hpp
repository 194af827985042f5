// An entry of Google Cloud Logging about a GKE cluster: the event in the words of google.cloud.audit.AuditLog
// instead of those of audit.k8s.io. Its status is a gRPC code: 7 is a 403, 16 is a 401.
#pragma once

#include <string_view>

#include "scan/event_reader.hpp"

namespace nightlatch::scan {

// `json` is followed by cursor_padding readable bytes. LineKind::other: no entry with a protoPayload of
// k8s.io.
[[nodiscard]] LineKind read_gke_entry(std::string_view json, TextMemory& memory, Event& event);

}  // namespace nightlatch::scan
