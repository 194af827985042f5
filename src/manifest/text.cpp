#include "manifest/text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "manifest/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::manifest {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t max_bytes = 10U << 20U;  // maxConfigLength of pkg/kubelet/config/file.go

// The length of the UTF-8 sequence at `at`, 0 when there is none.
std::size_t sequence_length(std::string_view bytes, std::size_t at) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
  unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                       : (lead & 0xF0U) == 0xE0       ? 3
                       : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                      : 0;
  if (length == 0 || at + length > bytes.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  bool beyond = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

bool begins_like_json(std::string_view bytes) {
  std::size_t first = bytes.find_first_not_of(" \t\r\n\v\f");
  return first != std::string_view::npos && bytes[first] == '{';
}

}  // namespace

Result<SourceText> SourceText::read(std::string_view bytes, std::string_view file) {
  if (bytes.size() > max_bytes) {
    return fail(
        manifest_errors::not_text,
        fmt::format("{}: the file has {} bytes, and the kubelet reads at most 10 MiB", file, bytes.size()));
  }
  SourceText text;
  text.bytes_ = bytes;
  text.file_ = file;
  text.format_ = begins_like_json(bytes) ? Format::json : Format::yaml;
  text.first_ = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  bool ascii = std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(text.first_), bytes.end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  for (std::size_t at = text.first_; at < bytes.size();) {
    std::size_t length = sequence_length(bytes, at);
    if (length == 0 || bytes[at] == '\0') {
      return fail(
          text.error(manifest_errors::not_text, at,
                     fmt::format("{}: byte {} is {}", file, at, length == 0 ? "not UTF-8" : "a NUL byte")));
    }
    if (!ascii) text.offsets_.push_back(static_cast<std::uint32_t>(at));
    at += length;
  }
  return text;
}

std::size_t SourceText::offset_of_code_point(std::size_t index) const {
  if (offsets_.empty()) return std::min(first_ + index, bytes_.size());
  return index < offsets_.size() ? offsets_[index] : bytes_.size();
}

std::size_t SourceText::line_begin(std::size_t offset) const {
  std::size_t newline = offset == 0 ? std::string_view::npos : bytes_.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? first_ : newline + 1;
}

std::size_t SourceText::line_end(std::size_t offset) const {
  std::size_t newline = bytes_.find('\n', offset);
  if (newline == std::string_view::npos) return bytes_.size();
  return newline > offset && bytes_[newline - 1] == '\r' ? newline - 1 : newline;
}

std::size_t SourceText::next_line(std::size_t offset) const {
  std::size_t newline = bytes_.find('\n', offset);
  return newline == std::string_view::npos ? bytes_.size() : newline + 1;
}

std::string_view SourceText::end_of_line(std::size_t offset) const {
  std::size_t newline = bytes_.find('\n', offset);
  if (newline == std::string_view::npos) newline = bytes_.find('\n');
  return newline != std::string_view::npos && newline > 0 && bytes_[newline - 1] == '\r' ? "\r\n" : "\n";
}

Error SourceText::error(const ErrorCode& code, std::size_t offset, std::string message,
                        std::size_t width) const {
  SourcePlace place = place_at(bytes_, offset, file_, width);
  place.width =
      std::min(place.width,
               std::max<std::size_t>(1, place.text.size() + 1 - std::min(place.column, place.text.size())));
  return Error{.code = code, .message = std::move(message), .place = std::move(place)};
}

}  // namespace nightlatch::manifest
