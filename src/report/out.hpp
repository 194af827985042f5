// Where a report goes: a stream of this process, or a string in a test. Knows its terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "util/terminal.hpp"

namespace nightlatch::report {

// A command to type next, and what for. Without a command: what to do first.
struct NextStep {
  std::string command;
  std::string purpose;
};

class Out {
 public:
  Out(int fd, Terminal terminal) : fd_(fd), terminal_(terminal) {}
  Out(std::string& text, Terminal terminal) : text_(&text), terminal_(terminal) {}

  // A reader that has gone away (EPIPE) mutes the stream; it is no error. Any other failure mutes it, too,
  // and is kept.
  void write(std::string_view text);
  // The errno of a write that failed; 0: none did.
  [[nodiscard]] int failure() const { return failure_; }
  // A line that a renderer has made. Whatever it holds beside the colours of `paint`, a terminal does not
  // obey: this is the one place that every line passes, so that no text of a node or of the API reaches a
  // terminal as it is.
  void line(std::string_view text = {});
  // A line of text that nobody has rendered: it has no colours of its own.
  void say(std::string_view text);
  // Bytes of a file: as they are, but a terminal is shown what it would obey.
  void write_foreign(std::string_view bytes);

  // " -i prod.yaml": what the next command on this cluster needs too, so that it can be pasted.
  void set_shared_options(std::string options) { shared_options_ = std::move(options); }
  [[nodiscard]] const std::string& shared_options() const { return shared_options_; }

  [[nodiscard]] const Terminal& terminal() const { return terminal_; }
  [[nodiscard]] std::size_t columns() const { return terminal_.columns; }
  [[nodiscard]] std::string paint(Color color, std::string_view text) const {
    return terminal_.paint(color, text);
  }

 private:
  int fd_ = -1;
  std::string* text_ = nullptr;
  Terminal terminal_;
  std::string shared_options_;
  bool muted_ = false;
  int failure_ = 0;
};

// "next   nightlatch plan -p health-only   what for"; the first line has the word, the others are aligned.
void write_next(Out& out, const std::vector<NextStep>& commands);

// `command` with the shared options, when it is one of ours that is about a cluster (command_table.hpp).
[[nodiscard]] std::string complete(const std::string& command, const std::string& shared_options);

}  // namespace nightlatch::report
