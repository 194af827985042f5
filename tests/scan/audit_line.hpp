// Lines of an audit log as kube-apiserver writes them, for tests.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "scan/event_reader.hpp"
#include "scan/json_cursor.hpp"

namespace nightlatch::scan {

inline constexpr std::string_view anonymous_json =
    R"({"username":"system:anonymous","groups":["system:unauthenticated"]})";
inline constexpr std::string_view service_json =
    R"({"username":"system:apiserver","uid":"6","groups":["system:authenticated","system:masters"]})";

struct Line {
  std::string id = "id-1";
  std::string stage = "ResponseComplete";
  std::string uri = "/livez";
  std::string verb = "get";
  std::string user{anonymous_json};
  std::string ips = R"(["10.0.0.5"])";
  std::string agent = "kube-probe/1.34";
  int code = 200;                  // 0: no responseStatus
  std::string decision = "allow";  // empty: no annotations
  std::string received = "2026-11-21T10:00:00.000001Z";
  std::string more{};  // further keys, each with a comma behind
};

inline std::string text_of(const Line& line) {
  std::string status =
      line.code == 0 ? "" : fmt::format(R"("responseStatus":{{"metadata":{{}},"code":{}}},)", line.code);
  std::string annotations =
      line.decision.empty()
          ? ""
          : fmt::format(
                R"(,"annotations":{{"authorization.k8s.io/decision":"{}","authorization.k8s.io/reason":"because"}})",
                line.decision);
  return fmt::format(
      R"({{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{}","stage":"{}",)"
      R"("requestURI":"{}","verb":"{}","user":{},"sourceIPs":{},"userAgent":"{}",{}{})"
      R"("requestReceivedTimestamp":"{}","stageTimestamp":"{}"{}}})",
      line.id, line.stage, line.uri, line.verb, line.user, line.ips, line.agent, line.more, status,
      line.received, line.received, annotations);
}

inline Line rejected_line(std::string id = "id-401") {
  return {.id = std::move(id), .stage = "ResponseStarted", .user = "{}", .code = 401, .decision = ""};
}

inline Line somebody(std::string id = "id-2") {
  return {.id = std::move(id), .uri = "/api/v1/services", .verb = "list", .user = std::string(service_json)};
}

// A text with the readable bytes behind it that a cursor needs, and in front of it that the filter needs.
class Padded {
 public:
  explicit Padded(std::string_view text) : bytes_(64, '\n'), size_(text.size()) {
    bytes_ += text;
    bytes_.append(cursor_padding, '\0');
  }
  [[nodiscard]] std::string_view text() const { return std::string_view(bytes_).substr(64, size_); }

 private:
  std::string bytes_;
  std::size_t size_;
};

}  // namespace nightlatch::scan
