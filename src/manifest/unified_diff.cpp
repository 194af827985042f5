// The unified diff of an edit. The splices say which lines changed: no search for a longest common
// subsequence is needed, and the hunks show what was done instead of what a search would find.
#include <algorithm>

#include <fmt/format.h>

#include "manifest/splice.hpp"

namespace nightlatch::manifest {
namespace {

constexpr std::size_t context = 3;

// The lines with their ends of line; the last may have none.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t newline = text.find('\n');
    std::size_t length = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

// Old lines [begin, end) become `text`.
struct Change {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

class Differ {
 public:
  explicit Differ(std::string_view before) : before_(before), lines_(lines_of(before)) {
    std::size_t at = 0;
    for (std::string_view line : lines_) {
      starts_.push_back(at);
      at += line.size();
    }
    starts_.push_back(at);
  }

  std::string diff(std::span<const Splice> splices, std::string_view label) {
    for (const Splice& splice : splices) add(splice);
    flush();
    if (changes_.empty()) return {};
    std::string out = fmt::format("--- {0}\n+++ {0}\n", label);
    for (std::size_t i = 0; i < changes_.size();) {
      std::size_t last = i;
      while (last + 1 < changes_.size() && changes_[last + 1].begin - changes_[last].end <= 2 * context)
        ++last;
      hunk(out, i, last);
      i = last + 1;
    }
    return out;
  }

 private:
  // The line that holds this byte; the line after the last when it is the end.
  std::size_t line_of(std::size_t offset) const {
    auto after = std::upper_bound(starts_.begin(), starts_.end() - 1, offset);
    return static_cast<std::size_t>(after - starts_.begin()) - (after == starts_.begin() ? 0U : 1U);
  }

  void add(const Splice& splice) {
    std::size_t begin = lines_.empty() ? 0 : line_of(splice.begin);
    std::size_t end = lines_.empty() ? 0 : std::min(line_of(splice.end) + 1, lines_.size());
    if (!pending_.empty() && begin >= pending_end_) flush();
    if (pending_.empty()) pending_begin_ = begin;
    pending_end_ = pending_.empty() ? end : std::max(end, pending_end_);
    pending_.push_back(splice);
  }

  // Turns the pending splices into one change and trims the lines that stayed.
  void flush() {
    if (pending_.empty()) return;
    std::size_t from = starts_[pending_begin_];
    std::size_t to = starts_[pending_end_];
    for (Splice& splice : pending_) {
      splice.begin -= from;
      splice.end -= from;
    }
    std::string text = manifest::apply(before_.substr(from, to - from), pending_);
    std::vector<std::string_view> now = lines_of(text);
    std::size_t head = 0;
    while (pending_begin_ + head < pending_end_ && head < now.size() &&
           lines_[pending_begin_ + head] == now[head])
      ++head;
    std::size_t tail = 0;
    while (pending_begin_ + head + tail < pending_end_ && head + tail < now.size() &&
           lines_[pending_end_ - 1 - tail] == now[now.size() - 1 - tail]) {
      ++tail;
    }
    Change change{pending_begin_ + head, pending_end_ - tail, {}};
    for (std::size_t i = head; i < now.size() - tail; ++i) change.text += now[i];
    if (change.begin != change.end || !change.text.empty()) changes_.push_back(std::move(change));
    pending_.clear();
  }

  static void line(std::string& out, char mark, std::string_view text) {
    out += mark;
    out += text;
    if (!text.ends_with('\n')) out += "\n\\ No newline at end of file\n";
  }

  void hunk(std::string& out, std::size_t first, std::size_t last) {
    std::size_t begin = changes_[first].begin - std::min(context, changes_[first].begin);
    std::size_t end = std::min(changes_[last].end + context, lines_.size());
    std::string body;
    std::size_t at = begin;
    std::size_t added = 0;
    std::size_t removed = 0;
    for (std::size_t i = first; i <= last; ++i) {
      for (; at < changes_[i].begin; ++at) line(body, ' ', lines_[at]);
      for (; at < changes_[i].end; ++at, ++removed) line(body, '-', lines_[at]);
      for (std::string_view text : lines_of(changes_[i].text)) {
        line(body, '+', text);
        ++added;
      }
    }
    for (; at < end; ++at) line(body, ' ', lines_[at]);
    std::size_t old_count = end - begin;
    std::size_t new_count = old_count + added - removed;
    out += fmt::format("@@ -{},{} +{},{} @@\n", begin + (old_count > 0 ? 1 : 0), old_count,
                       begin + shift_ + (new_count > 0 ? 1 : 0), new_count);
    out += body;
    shift_ += added - removed;  // wraps around on purpose: it is only ever added
  }

  std::string_view before_;
  std::vector<std::string_view> lines_;
  std::vector<std::size_t> starts_;
  std::vector<Splice> pending_;
  std::size_t pending_begin_ = 0;
  std::size_t pending_end_ = 0;
  std::vector<Change> changes_;
  std::size_t shift_ = 0;
};

}  // namespace

std::string unified_diff(std::string_view before, std::span<const Splice> splices, std::string_view label) {
  return Differ(before).diff(splices, label);
}

}  // namespace nightlatch::manifest
