#include "scan/gke_entry.hpp"

#include <array>
#include <string>

#include "scan/json_cursor.hpp"
#include "scan/timestamp.hpp"

namespace nightlatch::scan {

namespace {

struct GrpcCode {
  int grpc;
  int http;
};
// google/rpc/code.proto
constexpr std::array grpc_codes{GrpcCode{0, 200},  GrpcCode{3, 400},  GrpcCode{4, 504},  GrpcCode{5, 404},
                                GrpcCode{6, 409},  GrpcCode{7, 403},  GrpcCode{8, 429},  GrpcCode{10, 409},
                                GrpcCode{12, 501}, GrpcCode{13, 500}, GrpcCode{14, 503}, GrpcCode{16, 401}};

int http_code(int grpc) {
  for (const GrpcCode& row : grpc_codes) {
    if (row.grpc == grpc) return row.http;
  }
  return 500;
}

class Reading {
 public:
  Reading(std::string_view json, TextMemory& memory, Event& event)
      : cursor_(json), memory_(memory), event_(event) {}

  LineKind run() {
    if (cursor_.peek() != '{') return LineKind::other;
    cursor_.object([&](std::string_view key) {
      if (key == "protoPayload")
        payload();
      else if (key == "timestamp")
        event_.received_us = event_.stage_us = parse_rfc3339(text());
      else if (key == "insertId")
        event_.audit_id = text();
      else if (key == "labels")
        cursor_.object([&](std::string_view label) { read_label(label); });
      else
        cursor_.skip_value();
    });
    if (cursor_.failed()) return LineKind::malformed;
    if (!is_kubernetes_) return LineKind::other;
    event_.stage = Stage::response_complete;
    event_.code = http_code(grpc_);
    event_.in_unauthenticated_group = event_.username == anonymous_user;
    if (event_.decision == Decision::absent && granted_ != Decision::absent) event_.decision = granted_;
    return LineKind::event;
  }

 private:
  std::string_view text() { return memory_.text_at(cursor_); }

  void payload() {
    cursor_.object([&](std::string_view key) {
      if (key == "serviceName")
        is_kubernetes_ = text() == "k8s.io";
      else if (key == "authenticationInfo")
        identity();
      else if (key == "authorizationInfo")
        permissions();
      else if (key == "methodName")
        event_.verb = last_word(text());
      else if (key == "resourceName")
        event_.uri = path_of(text());
      else if (key == "requestMetadata")
        client();
      else if (key == "status")
        status();
      else
        cursor_.skip_value();
    });
  }

  void identity() {
    cursor_.object([&](std::string_view key) {
      if (key == "principalEmail")
        event_.username = text();
      else
        cursor_.skip_value();
    });
  }

  void permissions() {
    cursor_.array([&] {
      cursor_.object([&](std::string_view key) {
        if (key == "granted" && granted_ != Decision::forbid) {
          granted_ = cursor_.peek() == 't' ? Decision::allow : Decision::forbid;
        }
        cursor_.skip_value();
      });
    });
  }

  void client() {
    cursor_.object([&](std::string_view key) {
      if (key == "callerIp")
        event_.last_ip = text();
      else if (key == "callerSuppliedUserAgent")
        event_.user_agent = text();
      else
        cursor_.skip_value();
    });
  }

  void status() {
    cursor_.object([&](std::string_view key) {
      if (key == "code")
        grpc_ = cursor_.integer();
      else if (key == "message")
        event_.message = text();
      else
        cursor_.skip_value();
    });
  }

  void read_label(std::string_view label) {
    if (label == "authorization.k8s.io/decision") {
      std::string_view word = text();
      if (word == "allow") event_.decision = Decision::allow;
      if (word == "forbid") event_.decision = Decision::forbid;
    } else if (label == "authorization.k8s.io/reason") {
      event_.reason = text();
    } else {
      cursor_.skip_value();
    }
  }

  // "list" of "io.k8s.core.v1.pods.list".
  static std::string_view last_word(std::string_view method) {
    std::size_t dot = method.rfind('.');
    return dot == std::string_view::npos ? method : method.substr(dot + 1);
  }

  // "core/v1/namespaces/default/pods" is /api/v1/…, "apps/v1/…" is /apis/apps/v1/…, "healthz" is /healthz.
  std::string_view path_of(std::string_view resource) {
    if (resource.find('/') == std::string_view::npos) return memory_.kept("/" + std::string(resource));
    if (resource.starts_with("core/")) return memory_.kept("/api/" + std::string(resource.substr(5)));
    std::size_t slash = resource.find('/');
    bool versioned = resource.substr(slash + 1).starts_with('v');
    return memory_.kept((versioned ? "/apis/" : "/") + std::string(resource));
  }

  JsonCursor cursor_;
  TextMemory& memory_;
  Event& event_;
  bool is_kubernetes_ = false;
  int grpc_ = 0;
  Decision granted_ = Decision::absent;
};

}  // namespace

LineKind read_gke_entry(std::string_view json, TextMemory& memory, Event& event) {
  memory.clear();
  event = Event{};
  return Reading(json, memory, event).run();
}

}  // namespace nightlatch::scan
