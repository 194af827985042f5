// The bytes of a manifest as a text with lines: byte order mark, line ends, code points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace nightlatch::manifest {

// As the kubelet decides it: a file whose first byte that is no white space is `{` is JSON
// (hasJSONPrefix in k8s.io/apimachinery/pkg/util/yaml/decoder.go).
enum class Format { yaml, json };

class SourceText {
 public:
  // `file` is for messages; `bytes` must outlive the text. Error: not_text, when the bytes are not UTF-8,
  // contain a NUL byte or are more than 10 MiB (maxConfigLength in pkg/kubelet/config/file.go).
  [[nodiscard]] static Result<SourceText> read(std::string_view bytes, std::string_view file);

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::string_view slice(std::size_t begin, std::size_t end) const {
    return bytes_.substr(begin, end - begin);
  }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] Format format() const { return format_; }

  // The byte offset of a code point, counted from 0 after a byte order mark as libyaml counts; bytes().size()
  // behind the last one.
  [[nodiscard]] std::size_t offset_of_code_point(std::size_t index) const;

  // Of the line that contains the byte `offset`: its bytes are [line_begin, line_end), then comes its end of
  // line; next_line is where the following line begins.
  [[nodiscard]] std::size_t line_begin(std::size_t offset) const;
  [[nodiscard]] std::size_t line_end(std::size_t offset) const;
  [[nodiscard]] std::size_t next_line(std::size_t offset) const;
  // "\n" or "\r\n": the end of this line, or of the text's first line when this one has none.
  [[nodiscard]] std::string_view end_of_line(std::size_t offset) const;

  // An error that points at `width` bytes from `offset` on, cut at the end of the line.
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
