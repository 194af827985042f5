#include "scan/wrapping.hpp"

#include <array>
#include <bitset>

#include "scan/json_cursor.hpp"

namespace nightlatch::scan {

namespace {

const std::array table{
    Wrapping{"EventList or webhook batch", {"items", "*"}},
    Wrapping{"JSON array", {"*"}},
    Wrapping{"Fluent Bit or a container's log", {"log", "$"}},
    Wrapping{"Vector, Filebeat or CloudWatch", {"message", "$"}},
    Wrapping{"Filebeat, decoded", {"kubernetes", "audit"}},
    Wrapping{"Filebeat, decoded", {"json"}},
    Wrapping{"Elasticsearch hits", {"hits", "hits", "*", "_source", "message", "$"}},
    Wrapping{"Elasticsearch hits, decoded", {"hits", "hits", "*", "_source", "kubernetes", "audit"}},
    Wrapping{"Elasticsearch document", {"_source", "message", "$"}},
    Wrapping{"Elasticsearch document, decoded", {"_source", "kubernetes", "audit"}},
    Wrapping{"logcli", {"line", "$"}},
    Wrapping{"Loki", {"data", "result", "*", "values", "*", "1", "$"}},
    Wrapping{"Loki", {"streams", "*", "values", "*", "1", "$"}},
    Wrapping{"Loki", {"values", "*", "1", "$"}},
    Wrapping{"Loki", {"1", "$"}},
    Wrapping{"CloudWatch (EKS)", {"events", "*", "message", "$"}},
    Wrapping{"CloudWatch subscription (EKS)", {"logEvents", "*", "message", "$"}},
    Wrapping{"CloudWatch Logs Insights (EKS)", {"results", "*", "*", "value", "$"}},
    Wrapping{"CloudWatch Logs Insights (EKS)", {"@message", "$"}},
    Wrapping{"CloudWatch Logs Insights (EKS)", {"*", "value", "$"}},
    Wrapping{"CloudWatch Logs Insights (EKS)", {"value", "$"}},
    Wrapping{"AKS", {"properties", "log", "$"}},
    Wrapping{"AKS", {"properties", "$", "log", "$"}},
    Wrapping{"AKS", {"records", "*", "properties", "log", "$"}},
};

using Rows = std::bitset<table.size()>;

class Walk {
 public:
  explicit Walk(const std::function<void(std::string_view, const Wrapping&)>& found) : found_(found) {}

  bool begin(std::string_view json) {
    JsonCursor cursor(json);
    value(cursor, Rows().set(), 0);
    return !cursor.failed();
  }

 private:
  // Those of `rows` whose next step is `step`.
  static Rows that_step(const Rows& rows, std::size_t depth, std::string_view step) {
    Rows left;
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (rows.test(row) && depth < table[row].way.size() && table[row].way[depth] == step) left.set(row);
    }
    return left;
  }
  // The row that has arrived; none: the number of rows.
  static std::size_t arrived(const Rows& rows, std::size_t depth) {
    std::size_t row = 0;
    while (row < table.size() && !(rows.test(row) && depth == table[row].way.size())) ++row;
    return row;
  }

  void value(JsonCursor& cursor, const Rows& rows, std::size_t depth) {
    bool is_string = cursor.peek() == '"';  // for the ways that lead into it
    if (std::size_t row = arrived(rows, depth); row < table.size() && !is_string) {
      const char* begin = cursor.position();
      cursor.skip_value();
      if (!cursor.failed()) found_({begin, static_cast<std::size_t>(cursor.position() - begin)}, table[row]);
      return;
    }
    switch (cursor.peek()) {
      case '{':
        object(cursor, rows, depth);
        return;
      case '[':
        array(cursor, rows, depth);
        return;
      case '"':
        string(cursor, that_step(rows, depth, "$"), depth);
        return;
      default:
        cursor.skip_value();
    }
  }

  void object(JsonCursor& cursor, const Rows& rows, std::size_t depth) {
    cursor.take('{');
    RawString key;
    for (bool first = true; cursor.next_key(key, first);) {
      Rows left = that_step(rows, depth, key.text);
      left.none() ? cursor.skip_value() : value(cursor, left, depth + 1);
    }
  }

  void array(JsonCursor& cursor, const Rows& rows, std::size_t depth) {
    Rows every = that_step(rows, depth, "*");
    Rows second = that_step(rows, depth, "1");
    cursor.take('[');
    std::size_t index = 0;
    for (bool first = true; cursor.next_item(first); ++index) {
      Rows left = index == 1 ? every | second : every;
      left.none() ? cursor.skip_value() : value(cursor, left, depth + 1);
    }
  }

  void string(JsonCursor& cursor, const Rows& rows, std::size_t depth) {
    RawString raw = cursor.string();
    if (rows.none() || cursor.failed()) return;
    std::string text;
    append_unescaped(raw.text, text);
    std::size_t size = text.size();
    text.append(cursor_padding, '\0');
    std::string_view inner = std::string_view(text).substr(0, size);
    if (std::size_t row = arrived(rows, depth + 1); row < table.size()) {
      found_(inner, table[row]);
      return;
    }
    JsonCursor below(inner);
    value(below, rows, depth + 1);
  }

  const std::function<void(std::string_view, const Wrapping&)>& found_;
};

}  // namespace

std::span<const Wrapping> wrappings() {
  return table;
}

std::size_t beginning_of_json(std::string_view line) {
  constexpr std::size_t longest_prefix = 512;
  // A bracket further behind is that of a process id.
  return line.starts_with('[') ? 0 : line.substr(0, longest_prefix).find('{');
}

bool unwrap(std::string_view json,
            const std::function<void(std::string_view text, const Wrapping& wrapping)>& found) {
  return Walk(found).begin(json);
}

}  // namespace nightlatch::scan
