// The bytes of a manifest as a text with lines: byte order mark, line ends, code points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::manifest {

// As the kubelet decides it: a file whose first byte that is no white space is `{` is JSON and nothing else.
enum class Format { yaml, json };

class SourceText {
 public:
  // Errors: not UTF-8, a NUL byte, more than 10 MiB. `bytes` must outlive the text.
  [[nodiscard]] static Result<SourceText> read(std::string_view bytes, std::string_view file);

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::string_view slice(std::size_t begin, std::size_t end) const {
    return bytes_.substr(begin, end - begin);
  }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] Format format() const { return format_; }

  // libyaml counts code points, and starts after a byte order mark.
  [[nodiscard]] std::size_t offset_of_code_point(std::size_t index) const;

  // A line is [line_begin, line_end), then its end of line; next_line is where the following one begins.
  [[nodiscard]] std::size_t line_begin(std::size_t offset) const;
  [[nodiscard]] std::size_t line_end(std::size_t offset) const;
  [[nodiscard]] std::size_t next_line(std::size_t offset) const;
  // "\n" or "\r\n": that of the line, or of the text when the line has none.
  [[nodiscard]] std::string_view end_of_line(std::size_t offset) const;

  [[nodiscard]] Error error(const ErrorCode& code, std::size_t offset, std::string message,
                            std::size_t width = 1) const;

 private:
  std::string_view bytes_;
  std::string file_;
  Format format_ = Format::yaml;
  std::size_t first_ = 0;               // after the byte order mark
  std::vector<std::uint32_t> offsets_;  // of code points; empty for ASCII
};

}  // namespace nightlatch::manifest
