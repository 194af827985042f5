#include "manifest/second_reader.hpp"

#include <exception>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {

const Value* Value::find(std::string_view key) const {
  return const_cast<Value*>(this)->find(key);
}

Value* Value::find(std::string_view key) {
  if (kind != Kind::mapping) return nullptr;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i].kind == Kind::scalar && items[i].text == key) return &items[i + 1];
  }
  return nullptr;
}

std::string text_at(const Value& mapping, std::string_view key) {
  const Value* found = mapping.find(key);
  return found == nullptr ? std::string() : found->text;
}

namespace {

constexpr std::size_t max_values = 50'000;

enum class Quotes { no, yes };

Value scalar(std::string text, Quotes quotes) {
  return Value{
      .kind = Value::Kind::scalar, .quoted = quotes == Quotes::yes, .text = std::move(text), .items = {}};
}

// False: there are more than max_values; an alias counts each time it is followed.
bool convert(const SpanNode& node, Value& value, std::size_t& budget) {
  if (budget == 0) return false;
  --budget;
  switch (node.kind) {
    case SpanKind::alias:
      return convert(*node.target, value, budget);
    case SpanKind::scalar:
      if (!is_null(node)) {
        bool quoted = node.tag == "!" || (node.tag.empty() && node.style != SpanStyle::plain);
        value = scalar(node.value, quoted ? Quotes::yes : Quotes::no);
      }
      return true;
    case SpanKind::sequence:
    case SpanKind::mapping:
      value.kind = node.kind == SpanKind::sequence ? Value::Kind::sequence : Value::Kind::mapping;
      for (const SpanNode* child : node.children) {
        if (!convert(*child, value.items.emplace_back(), budget)) return false;
      }
      return true;
  }
  return false;
}

bool convert(const YAML::Node& node, Value& value, std::size_t& budget) {
  if (budget == 0) return false;
  --budget;
  if (node.IsScalar()) {
    value = scalar(node.Scalar(), node.Tag() == "!" ? Quotes::yes : Quotes::no);
  } else if (node.IsSequence()) {
    value.kind = Value::Kind::sequence;
    for (const auto& item : node) {
      if (!convert(item, value.items.emplace_back(), budget)) return false;
    }
  } else if (node.IsMap()) {
    value.kind = Value::Kind::mapping;
    for (const auto& entry : node) {
      if (!convert(entry.first, value.items.emplace_back(), budget)) return false;
      if (!convert(entry.second, value.items.emplace_back(), budget)) return false;
    }
  }
  return true;
}

// Builds a Value from the events of nlohmann's strict parser, which keeps the text of floating-point numbers
// only.
class JsonReader {
 public:
  // What nests deeper is taken apart by recursion elsewhere, and a node may send anything.
  static constexpr std::size_t max_depth = 64;

  bool null() { return put(Value{}); }
  bool boolean(bool value) { return put(scalar(value ? "true" : "false", Quotes::no)); }
  bool number_integer(std::int64_t value) { return put(scalar(std::to_string(value), Quotes::no)); }
  bool number_unsigned(std::uint64_t value) { return put(scalar(std::to_string(value), Quotes::no)); }
  bool number_float(double, const std::string& text) { return put(scalar(text, Quotes::no)); }
  bool string(std::string& text) { return put(scalar(std::move(text), Quotes::yes)); }
  bool binary(std::vector<std::uint8_t>&) { return false; }
  bool start_object(std::size_t) { return open(Value::Kind::mapping); }
  bool start_array(std::size_t) { return open(Value::Kind::sequence); }
  bool key(std::string& text) { return put(scalar(std::move(text), Quotes::yes)); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string&, const std::exception& error) {
    position_ = position;
    problem_ = error.what();
    return false;
  }

  [[nodiscard]] Value& root() { return root_; }
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] bool is_too_deep() const { return too_deep_; }
  [[nodiscard]] std::string problem() const {
    // "[json.exception.parse_error.101] parse error at line 1, column 4: syntax error ..."
    std::size_t colon = problem_.find(": ");
    return colon == std::string::npos ? problem_ : problem_.substr(colon + 2);
  }

 private:
  bool put(Value value) {
    (open_.empty() ? root_ : open_.back().items.emplace_back()) = std::move(value);
    return true;
  }
  bool open(Value::Kind kind) {
    too_deep_ = open_.size() >= max_depth;
    if (too_deep_) return false;
    open_.push_back(Value{.kind = kind, .quoted = false, .text = {}, .items = {}});
    return true;
  }
  bool close() {
    Value done = std::move(open_.back());
    open_.pop_back();
    return put(std::move(done));
  }

  Value root_;
  std::vector<Value> open_;
  std::size_t position_ = 0;
  std::string problem_;
  bool too_deep_ = false;
};

Error blown_up(const SourceText& text) {
  return text.error(manifest_errors::too_deep, 0,
                    fmt::format("{}: its aliases expand to more than {} values", text.file(), max_values));
}

Result<Value> read_json(const SourceText& text) {
  JsonReader reader;
  bool read = nlohmann::json::sax_parse(text.bytes().begin(), text.bytes().end(), &reader);
  if (reader.is_too_deep())
    return fail(text.error(
        manifest_errors::too_deep, 0,
        fmt::format("{}: its JSON nests deeper than {} levels", text.file(), JsonReader::max_depth)));
  if (!read) {
    std::size_t at = reader.position() == 0 ? 0 : reader.position() - 1;
    return fail(text.error(manifest_errors::not_json, at,
                           fmt::format("{}: the file begins with {{ and is not strict JSON: {}", text.file(),
                                       reader.problem())));
  }
  return std::move(reader.root());
}

Result<Value> read_yaml(const SourceText& text) {
  try {
    const YAML::Node root = YAML::Load(std::string(text.bytes()));
    Value value;
    std::size_t budget = max_values;
    if (!convert(root, value, budget)) return fail(blown_up(text));
    return value;
  } catch (const YAML::Exception& error) {
    std::size_t at = error.mark.pos < 0 ? 0 : static_cast<std::size_t>(error.mark.pos);
    return fail(text.error(
        manifest_errors::readers_disagree, at,
        fmt::format("{}: libyaml reads this and yaml-cpp refuses it: {}", text.file(), error.msg)));
  }
}

}  // namespace

Result<Value> value_of(const SpanTree& tree, const SourceText& text) {
  Value value;
  std::size_t budget = max_values;
  if (!convert(tree.root(), value, budget)) return fail(blown_up(text));
  return value;
}

Result<Value> second_read(const SourceText& text) {
  return text.format() == Format::json ? read_json(text) : read_yaml(text);
}

}  // namespace nightlatch::manifest
