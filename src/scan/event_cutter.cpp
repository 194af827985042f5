#include "scan/event_cutter.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "scan/json_cursor.hpp"

namespace nightlatch::scan {

namespace {

// The arrays whose members are events or their wrappings: the keys that lead to them, "*" for the member of
// an array. The document itself may be one. (wrapping.cpp knows what their members look like.)
const std::vector<std::vector<std::string_view>> cut_arrays{{},
                                                            {"items"},
                                                            {"events"},
                                                            {"logEvents"},
                                                            {"records"},
                                                            {"results"},
                                                            {"data", "result"},
                                                            {"data", "result", "*", "values"},
                                                            {"streams"},
                                                            {"hits", "hits"},
                                                            {"streams", "*", "values"}};
constexpr std::size_t deepest_way = 4;

class EventCutter final : public ByteStream {
 public:
  EventCutter(std::unique_ptr<ByteStream> below, std::size_t longest)
      : below_(std::move(below)), longest_(longest), block_(128U << 10U) {}

  std::size_t read(char* at, std::size_t most) override {
    while (given_ == out_.size()) {
      out_.clear();
      given_ = 0;
      std::size_t got = below_->read(block_.data(), block_.size());
      if (got == 0) return end(at, most);
      for (std::size_t i = 0; i < got; ++i) take(block_[i]);
    }
    return give(at, most);
  }
  [[nodiscard]] const std::string& damage() const override { return below_->damage(); }

 private:
  struct Level {
    bool array = false;
    std::string key;  // that led here; within an array "*"
  };

  std::size_t give(char* at, std::size_t most) {
    std::size_t size = std::min(most, out_.size() - given_);
    std::memcpy(at, out_.data() + given_, size);
    given_ += size;
    return size;
  }

  // A value that the end of the log has torn is a line that is no JSON.
  std::size_t end(char* at, std::size_t most) {
    if (value_.empty()) return 0;
    finish_value();
    return give(at, most);
  }

  void finish_value() {
    out_ += value_.size() > longest_ ? std::string_view("(too long)") : std::string_view(value_);
    out_ += '\n';
    value_.clear();
    keeping_ = false;
  }

  void take(char c) {
    if (in_string_) {
      keep(c);
      in_string(c);
    } else if (c == '{' || c == '[') {
      open(c);
    } else if (c == '}' || c == ']') {
      keep(c);
      close();
    } else {
      keep(c);
      if (c == '"') {
        in_string_ = true;
        text_.clear();
      } else if (c == ':') {
        key_ = text_;
      } else if (c == ',') {
        key_.clear();
      }
    }
  }

  void keep(char c) {
    if (keeping_ && value_.size() <= longest_) value_ += c == '\n' || c == '\r' ? ' ' : c;
  }

  void in_string(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    } else if (depth_ <= deepest_way && text_.size() < longest_key) {
      text_ += c;
    }
  }

  // Whether the array that begins now, or that the levels stand for, is one of those that are cut.
  [[nodiscard]] bool is_cut() const {
    if (depth_ != levels_.size() || levels_.empty() || !levels_.back().array) return false;
    return std::any_of(cut_arrays.begin(), cut_arrays.end(), [&](const auto& way) {
      return way.size() + 1 == levels_.size() &&
             std::equal(way.begin(), way.end(), levels_.begin() + 1,
                        [](std::string_view key, const Level& level) { return level.key == key; });
    });
  }

  void open(char c) {
    bool begins = !keeping_ && (depth_ == 0 ? c == '{' : is_cut());
    if (begins) {
      keeping_ = true;
      kept_depth_ = depth_;
    }
    keep(c);
    bool member = depth_ == levels_.size() && !levels_.empty() && levels_.back().array;
    if (depth_ == levels_.size() && depth_ <= deepest_way) levels_.push_back({c == '[', member ? "*" : key_});
    ++depth_;
    key_.clear();
    if (c == '[' && is_cut()) {  // what was kept is the frame around the events
      keeping_ = false;
      value_.clear();
    }
  }

  void close() {
    if (depth_ == 0) return;
    if (levels_.size() == depth_) levels_.pop_back();
    --depth_;
    key_.clear();
    if (keeping_ && depth_ == kept_depth_) finish_value();
  }

  static constexpr std::size_t longest_key = 64;

  std::unique_ptr<ByteStream> below_;
  std::size_t longest_;
  std::vector<char> block_;
  std::string out_;
  std::size_t given_ = 0;
  std::string value_;
  bool keeping_ = false;
  std::size_t kept_depth_ = 0;  // where the value that is kept began
  std::size_t depth_ = 0;
  std::vector<Level> levels_;  // the outermost of them
  std::string text_;
  std::string key_;
  bool in_string_ = false;
  bool escaped_ = false;
};

// Whether the text holds a whole JSON value, and white space behind it.
bool is_whole_value(std::string_view line) {
  std::string padded(line);
  padded.append(cursor_padding, '\0');
  JsonCursor cursor(std::string_view(padded).substr(0, line.size()));
  cursor.skip_value();
  return !cursor.failed() && cursor.peek() == '\0';
}

}  // namespace

bool needs_cutting(std::string_view beginning) {
  std::size_t begin = beginning.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return false;
  beginning.remove_prefix(begin);
  if (beginning.front() != '{' && beginning.front() != '[') return false;
  std::size_t newline = beginning.find('\n');
  if (newline == std::string_view::npos) {
    // One long line: an event with a large body, or a frame around many events.
    bool frame = beginning.find("\"EventList\"") != std::string_view::npos ||
                 beginning.find("\"logEvents\"") != std::string_view::npos ||
                 beginning.find("\"resultType\"") != std::string_view::npos ||
                 beginning.starts_with("{\"events\"") || beginning.starts_with("{\"records\"") ||
                 beginning.starts_with("{\"results\"") || beginning.starts_with("{\"streams\"");
    return (frame || beginning.front() == '[') && !is_whole_value(beginning);
  }
  std::string_view line = beginning.substr(0, newline);
  if (is_whole_value(line)) return false;
  // Pretty-printed JSON breaks its first line behind a brace, a bracket or a comma; a torn event does not.
  std::size_t last = line.find_last_not_of(" \t\r");
  return line[last] == '{' || line[last] == '[' || line[last] == ',';
}

std::unique_ptr<ByteStream> make_event_cutter(std::unique_ptr<ByteStream> below, std::size_t longest) {
  return std::make_unique<EventCutter>(std::move(below), longest);
}

}  // namespace nightlatch::scan
