#include "scan/event_reader.hpp"

#include "scan/json_cursor.hpp"
#include "scan/timestamp.hpp"

namespace nightlatch::scan {

namespace {

class Reading {
 public:
  Reading(std::string_view line, TextMemory& memory, LastSecond& last_second, Event& event)
      : cursor_(line), memory_(memory), last_second_(last_second), event_(event) {}

  LineKind run() {
    bool first = !begins_as_expected();
    if (first && !cursor_.take('{')) return LineKind::malformed;
    RawString key;
    while (cursor_.next_key(key, first)) top_level(key.text);
    if (cursor_.failed()) return LineKind::malformed;
    bool named = is_event_ && is_audit_;
    bool nameless = !has_kind_ && !event_.audit_id.empty() && event_.stage != Stage::unknown;
    return named || nameless ? LineKind::event : LineKind::other;
  }

  [[nodiscard]] const char* position() const { return cursor_.position(); }

 private:
  // kube-apiserver writes the keys in one order and most values in few spellings: such a line is compared,
  // not parsed. Stops behind the last value that is as expected; the keys that follow are read one by one.
  bool begins_as_expected() {
    if (!cursor_.take_literal(R"({"kind":"Event","apiVersion":"audit.k8s.io/v1")")) return false;
    has_kind_ = is_event_ = is_audit_ = true;
    static_cast<void>(cursor_.take_literal(R"(,"level":"Metadata")"));
    if (cursor_.take_literal(",\"auditID\":")) event_.audit_id = text();
    if (cursor_.take_literal(R"(,"stage":"ResponseComplete")"))
      event_.stage = Stage::response_complete;
    else if (cursor_.take_literal(R"(,"stage":"RequestReceived")"))
      event_.stage = Stage::request_received;
    else if (cursor_.take_literal(R"(,"stage":"ResponseStarted")"))
      event_.stage = Stage::response_started;
    if (cursor_.take_literal(",\"requestURI\":")) event_.uri = text();
    if (cursor_.take_literal(",\"verb\":")) event_.verb = text();
    if (cursor_.take_literal(
            R"(,"user":{"username":"system:anonymous","groups":["system:unauthenticated"]})")) {
      event_.username = anonymous_user;
      event_.in_unauthenticated_group = true;
    } else {
      static_cast<void>(cursor_.take_literal(",\"user\":{}"));
    }
    if (cursor_.take_literal(",\"sourceIPs\":")) source_ips();
    if (cursor_.take_literal(",\"userAgent\":")) event_.user_agent = text();
    ends_as_expected();
    return true;
  }

  void ends_as_expected() {
    if (cursor_.take_literal(R"(,"responseStatus":{"metadata":{})")) {
      RawString key;
      for (bool first = false; cursor_.next_key(key, first);) status(key.text);
    }
    if (cursor_.take_literal(",\"requestReceivedTimestamp\":")) event_.received_us = time();
    if (cursor_.take_literal(",\"stageTimestamp\":")) event_.stage_us = time();
    if (cursor_.take_literal(R"(,"annotations":{"authorization.k8s.io/decision":"allow")")) {
      event_.decision = Decision::allow;
      if (cursor_.take_literal(",\"authorization.k8s.io/reason\":")) event_.reason = text();
      rest_of_annotations();
    }
  }

  std::string_view text() { return memory_.text_at(cursor_); }
  std::int64_t time() { return parse_usual_time(text(), last_second_); }

  template <class Sink>
  void texts(Sink sink) {
    cursor_.array([&] { sink(text()); });
  }

  void top_level(std::string_view key) {
    switch (key.size()) {
      case 4:
        if (key == "kind") {
          has_kind_ = true;
          is_event_ = text() == "Event";
        } else if (key == "verb")
          event_.verb = text();
        else if (key == "user")
          user();
        else
          cursor_.skip_value();
        return;
      case 5:
        if (key == "stage")
          event_.stage = stage_named(text());
        else
          cursor_.skip_value();
        return;
      case 7:
        if (key == "auditID")
          event_.audit_id = text();
        else
          cursor_.skip_value();
        return;
      case 9:
        if (key == "sourceIPs")
          source_ips();
        else if (key == "userAgent")
          event_.user_agent = text();
        else
          cursor_.skip_value();
        return;
      case 10:
        if (key == "apiVersion")
          is_audit_ = text().starts_with("audit.k8s.io/");
        else if (key == "requestURI")
          event_.uri = text();
        else
          cursor_.skip_value();
        return;
      case 11:
        if (key == "annotations")
          annotations();
        else
          cursor_.skip_value();
        return;
      default:
        longer(key);
    }
  }

  void longer(std::string_view key) {
    if (key == "stageTimestamp")
      event_.stage_us = time();
    else if (key == "responseStatus")
      response_status();
    else if (key == "impersonatedUser")
      impersonated_user();
    else if (key == "requestReceivedTimestamp")
      event_.received_us = time();
    else
      cursor_.skip_value();
  }

  void user() {
    cursor_.object([&](std::string_view key) {
      if (key == "username")
        event_.username = text();
      else if (key == "groups")
        texts([&](std::string_view group) {
          if (group == unauthenticated_group) event_.in_unauthenticated_group = true;
        });
      else
        cursor_.skip_value();
    });
  }

  void impersonated_user() {
    event_.impersonates = cursor_.peek() == '{';
    cursor_.object([&](std::string_view key) {
      if (key == "username")
        event_.impersonated_username = text();
      else if (key == "groups")
        texts([&](std::string_view group) {
          if (group == unauthenticated_group) event_.impersonates_unauthenticated_group = true;
        });
      else
        cursor_.skip_value();
    });
  }

  void source_ips() {
    std::size_t count = 0;
    texts([&](std::string_view ip) {
      event_.last_ip = ip;
      ++count;
    });
    event_.forwarded = count > 1;
  }

  void response_status() {
    cursor_.object([&](std::string_view key) { status(key); });
  }

  void status(std::string_view key) {
    if (key == "code")
      event_.code = cursor_.integer();
    else if (key == "message")
      event_.message = text();
    else
      cursor_.skip_value();
  }

  void rest_of_annotations() {
    RawString key;
    for (bool first = false; cursor_.next_key(key, first);) annotation(key.text);
  }

  void annotations() {
    cursor_.object([&](std::string_view key) { annotation(key); });
  }

  void annotation(std::string_view key) {
    if (key == "authorization.k8s.io/decision") {
      std::string_view word = text();
      event_.decision = word == "allow"    ? Decision::allow
                        : word == "forbid" ? Decision::forbid
                                           : Decision::absent;
    } else if (key == "authorization.k8s.io/reason") {
      event_.reason = text();
    } else {
      cursor_.skip_value();
    }
  }

  JsonCursor cursor_;
  TextMemory& memory_;
  LastSecond& last_second_;
  Event& event_;
  bool has_kind_ = false;  // some shippers drop it
  bool is_event_ = false;
  bool is_audit_ = false;
};

}  // namespace

void TextMemory::clear() {
  text_.clear();
  long_texts_.clear();
}

std::string_view TextMemory::unescaped(std::string_view raw) {
  // Nothing becomes longer but a broken escape of two bytes, which becomes U+FFFD.
  std::size_t most = raw.size() * 3 / 2 + 1;
  if (text_.capacity() < usual) text_.reserve(usual);
  if (text_.size() + most > text_.capacity()) {
    append_unescaped(raw, long_texts_.emplace_back());
    return long_texts_.back();
  }
  std::size_t begin = text_.size();
  append_unescaped(raw, text_);
  return std::string_view(text_).substr(begin);
}

std::string_view TextMemory::text_at(JsonCursor& cursor) {
  if (cursor.peek() != '"') {
    cursor.skip_value();
    return {};
  }
  RawString raw = cursor.string();
  return raw.escaped ? unescaped(raw.text) : raw.text;
}

LineKind EventReader::read(std::string_view line, Event& event) {
  memory_.clear();
  event = Event{};
  Reading reading(line, memory_, last_second_, event);
  LineKind kind = reading.run();
  end_ = reading.position();
  return kind;
}

}  // namespace nightlatch::scan
