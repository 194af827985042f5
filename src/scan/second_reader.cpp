#include "scan/second_reader.hpp"

#include <simdjson.h>

#include "scan/timestamp.hpp"

namespace nightlatch::scan {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t longest = 1U << 20U;

// Throws simdjson_error where the line is no JSON.
class Reading {
 public:
  Reading(ondemand::document& document, TextMemory& memory, Event& event)
      : document_(document), memory_(memory), event_(event) {}

  LineKind run() {
    bool has_kind = false;
    bool is_event = false;
    bool is_audit = false;
    for (ondemand::field field : document_.get_object()) {
      std::string_view key = field.unescaped_key();
      ondemand::value value = field.value();
      if (key == "kind") {
        has_kind = true;
        is_event = text(value) == "Event";
      } else if (key == "apiVersion") {
        is_audit = text(value).starts_with("audit.k8s.io/");
      } else {
        top_level(key, value);
      }
    }
    bool nameless = !has_kind && !event_.audit_id.empty() && event_.stage != Stage::unknown;
    return (is_event && is_audit) || nameless ? LineKind::event : LineKind::other;
  }

 private:
  std::string_view text(ondemand::value value) {
    if (value.type() != ondemand::json_type::string) return {};
    return memory_.kept(std::string(std::string_view(value.get_string())));
  }

  void top_level(std::string_view key, ondemand::value value) {
    if (key == "auditID")
      event_.audit_id = text(value);
    else if (key == "stage")
      event_.stage = stage_named(text(value));
    else if (key == "requestURI")
      event_.uri = text(value);
    else if (key == "verb")
      event_.verb = text(value);
    else if (key == "userAgent")
      event_.user_agent = text(value);
    else if (key == "requestReceivedTimestamp")
      event_.received_us = parse_rfc3339(text(value));
    else if (key == "stageTimestamp")
      event_.stage_us = parse_rfc3339(text(value));
    else if (key == "user")
      user(value, event_.username, event_.in_unauthenticated_group);
    else if (key == "impersonatedUser")
      impersonated(value);
    else if (key == "sourceIPs")
      source_ips(value);
    else if (key == "responseStatus")
      status(value);
    else if (key == "annotations")
      annotations(value);
  }

  void impersonated(ondemand::value value) {
    event_.impersonates = value.type() == ondemand::json_type::object;
    user(value, event_.impersonated_username, event_.impersonates_unauthenticated_group);
  }

  void user(ondemand::value value, std::string_view& name, bool& in_group) {
    if (value.type() != ondemand::json_type::object) return;
    for (ondemand::field field : value.get_object()) {
      std::string_view key = field.unescaped_key();
      ondemand::value inner = field.value();
      if (key == "username") name = text(inner);
      if (key != "groups" || inner.type() != ondemand::json_type::array) continue;
      for (ondemand::value group : inner.get_array())
        in_group = text(group) == unauthenticated_group || in_group;
    }
  }

  void source_ips(ondemand::value value) {
    if (value.type() != ondemand::json_type::array) return;
    std::size_t count = 0;
    for (ondemand::value ip : value.get_array()) {
      event_.last_ip = text(ip);
      ++count;
    }
    event_.forwarded = count > 1;
  }

  void status(ondemand::value value) {
    if (value.type() != ondemand::json_type::object) return;
    for (ondemand::field field : value.get_object()) {
      std::string_view key = field.unescaped_key();
      ondemand::value inner = field.value();
      if (key == "message") event_.message = text(inner);
      if (key != "code") continue;
      std::uint64_t code = 0;
      bool is_code =
          inner.type() == ondemand::json_type::number && inner.get_uint64().get(code) == simdjson::SUCCESS;
      event_.code = is_code && code < 100'000'000 ? static_cast<int>(code) : 0;
    }
  }

  void annotations(ondemand::value value) {
    if (value.type() != ondemand::json_type::object) return;
    for (ondemand::field field : value.get_object()) {
      std::string_view key = field.unescaped_key();
      ondemand::value inner = field.value();
      if (key == "authorization.k8s.io/reason") event_.reason = text(inner);
      if (key != "authorization.k8s.io/decision") continue;
      std::string_view word = text(inner);
      event_.decision = word == "allow"    ? Decision::allow
                        : word == "forbid" ? Decision::forbid
                                           : Decision::absent;
    }
  }

  ondemand::document& document_;
  TextMemory& memory_;
  Event& event_;
};

}  // namespace

struct SecondReader::Impl {
  ondemand::parser parser{longest};
  TextMemory memory;
  std::string padded;
};

SecondReader::SecondReader() : impl_(std::make_unique<Impl>()) {}
SecondReader::~SecondReader() = default;

LineKind SecondReader::read(std::string_view line, Event& event) {
  event = Event{};
  impl_->memory.clear();
  if (line.size() > longest - simdjson::SIMDJSON_PADDING) return LineKind::other;
  impl_->padded.assign(line);
  impl_->padded.append(simdjson::SIMDJSON_PADDING, '\0');
  try {
    ondemand::document document =
        impl_->parser.iterate(impl_->padded.data(), line.size(), impl_->padded.size());
    return Reading(document, impl_->memory, event).run();
  } catch (const simdjson::simdjson_error&) {
    return LineKind::malformed;
  }
}

}  // namespace nightlatch::scan
