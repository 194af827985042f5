#include "spec/document.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "spec/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::spec {

namespace {

constexpr std::size_t size_limit = 1U << 20U;
constexpr std::size_t depth_limit = 32;

// Thrown to stop yaml-cpp within a document; caught in parse_document.
struct Stop {
  ErrorCode code;
  std::string message;
  std::size_t offset;
  std::size_t width = 1;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  Value take() { return std::move(root_); }

  // Where the document began; a second one is refused there.
  std::size_t begin() const { return begin_; }

  void OnDocumentStart(const YAML::Mark& mark) override { begin_ = offset_of(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_properties(mark, {}, anchor);
    add(leaf(Value::Kind::null, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Stop{spec_errors::unwanted_yaml, "this file may not have an alias (*name)", offset_of(mark)};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_properties(mark, tag, anchor);
    Value value = leaf(Value::Kind::scalar, mark);
    value.text = text;
    value.quoted = tag == "!";
    add(std::move(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_properties(mark, tag, anchor);
    open(leaf(Value::Kind::list, mark));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_properties(mark, tag, anchor);
    open(leaf(Value::Kind::object, mark));
  }
  void OnMapEnd() override { close(); }

 private:
  static std::size_t offset_of(const YAML::Mark& mark) {
    return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
  }

  static Value leaf(Value::Kind kind, const YAML::Mark& mark) {
    Value value;
    value.kind = kind;
    value.offset = offset_of(mark);
    return value;
  }

  // yaml-cpp names an untagged plain node "?" or "", a quoted one "!".
  static void refuse_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      throw Stop{spec_errors::unwanted_yaml, "this file may not have an anchor (&name)", offset_of(mark)};
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Stop{spec_errors::unwanted_yaml, "this file may not have a tag (!type)", offset_of(mark)};
    }
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().kind == Value::Kind::object &&
           open_.back().keys.size() == open_.back().items.size();
  }

  void open(Value value) {
    if (expects_key()) throw Stop{spec_errors::wrong_type, "a key must be a string", value.offset};
    if (open_.size() == depth_limit)
      throw Stop{spec_errors::wrong_type, "this file may have at most 32 levels of nesting", value.offset};
    open_.push_back(std::move(value));
  }

  void close() {
    Value value = std::move(open_.back());
    open_.pop_back();
    add(std::move(value));
  }

  void add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (expects_key()) {
      add_key(open_.back(), std::move(value));
    } else {
      open_.back().items.push_back(std::move(value));
    }
  }

  static void add_key(Value& object, Value key) {
    if (key.kind != Value::Kind::scalar)
      throw Stop{spec_errors::wrong_type, "a key must be a string", key.offset};
    bool twice = std::ranges::any_of(object.keys, [&](const Value& other) { return other.text == key.text; });
    if (twice) {
      throw Stop{spec_errors::duplicate_key, fmt::format("the key \"{}\" is written twice", key.text),
                 key.offset, key.text.size()};
    }
    object.keys.push_back(std::move(key));
  }

  std::size_t begin_ = 0;
  Value root_;
  std::vector<Value> open_;
};

Error error_at(const Document& document, Stop stop) {
  SourcePlace place = place_at(document.bytes, stop.offset, document.file, stop.width);
  return Error{.code = stop.code, .message = std::move(stop.message), .place = std::move(place)};
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key && i < items.size()) return &items[i];
  }
  return nullptr;
}

SourcePlace Document::place(const Value& value) const {
  std::size_t width = value.kind == Value::Kind::scalar ? value.text.size() + (value.quoted ? 2 : 0) : 1;
  SourcePlace place = place_at(bytes, value.offset, file, width);
  std::size_t rest = place.text.size() - std::min(place.text.size(), place.column - 1);
  place.width = std::max<std::size_t>(1, std::min(place.width, rest));
  return place;
}

Result<Document> parse_document(std::string_view bytes, std::string_view file) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  Document document{bytes, std::string(file), {}};
  auto whole = [&](const ErrorCode& code, std::string message) {
    return fail(error_at(document, {code, std::move(message), 0}));
  };
  if (bytes.size() > size_limit) return whole(spec_errors::not_yaml, "the file is larger than 1 MiB");
  if (std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
    return fail(error_at(document, {spec_errors::not_yaml, "a NUL byte: the file is not UTF-8 text", nul}));
  }
  try {
    std::istringstream stream{std::string(bytes)};
    YAML::Parser parser(stream);
    TreeBuilder first;
    if (!parser.HandleNextDocument(first)) return whole(spec_errors::not_yaml, "the file is empty");
    document.root = first.take();
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) {
      return fail(error_at(
          document, {spec_errors::unwanted_yaml, "a second YAML document begins here", second.begin()}));
    }
  } catch (const Stop& stop) {
    return fail(error_at(document, stop));
  } catch (const YAML::Exception& exception) {
    std::size_t offset = exception.mark.pos < 0 ? 0 : static_cast<std::size_t>(exception.mark.pos);
    return fail(error_at(
        document, {spec_errors::not_yaml, fmt::format("this is not YAML: {}", exception.msg), offset}));
  }
  return document;
}

}  // namespace nightlatch::spec
