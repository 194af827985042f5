#include "access/pem_bundle.hpp"

#include <algorithm>

#include "util/certificate.hpp"
#include "util/hash.hpp"

namespace nightlatch::access {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "\n-----END ";
constexpr std::string_view dashes = "-----";

struct Line {
  std::string_view text;  // without spaces and tabs at its end
  std::size_t next;       // where the following line begins
};

Line line_at(std::string_view text) {
  std::size_t end = text.find('\n');
  std::size_t next = end == std::string_view::npos ? text.size() : end + 1;
  std::string_view line = text.substr(0, end);
  if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
  std::size_t last = line.find_last_not_of(" \t");
  return {line.substr(0, last == std::string_view::npos ? 0 : last + 1), next};
}

// A block that ends at the line whose "\n-----END " is at `end`, and begins with the last BEGIN before it.
std::optional<PemBlock> block_before(std::string_view text, std::size_t end) {
  std::size_t begin = text.substr(0, end).rfind(begin_mark);
  if (begin == std::string_view::npos || (begin > 0 && text[begin - 1] != '\n')) return std::nullopt;
  std::size_t at = begin + begin_mark.size();
  Line type = line_at(text.substr(at));
  if (!type.text.ends_with(dashes)) return std::nullopt;
  PemBlock block;
  block.type = type.text.substr(0, type.text.size() - dashes.size());
  at += type.next;
  while (true) {
    if (at >= text.size()) return std::nullopt;
    Line line = line_at(text.substr(at));
    if (line.text.find(':') == std::string_view::npos) break;
    block.has_headers = true;
    at += line.next;
  }
  if (block.has_headers && at > end) return std::nullopt;
  std::string_view trailer = text.substr(end + end_mark.size());
  if (line_at(trailer).text != block.type + std::string(dashes)) return std::nullopt;
  if (at < end) {
    auto bytes = base64_decode(text.substr(at, end - at));
    if (!bytes) return std::nullopt;
    block.bytes = *std::move(bytes);
  }
  return block;
}

}  // namespace

std::vector<PemBlock> pem_blocks(std::string_view text) {
  std::vector<PemBlock> blocks;
  while (true) {
    std::size_t end = text.find(end_mark);
    if (end == std::string_view::npos) return blocks;
    if (auto block = block_before(text, end)) {
      blocks.push_back(*std::move(block));
      text.remove_prefix(end + 1 + line_at(text.substr(end + 1)).next);
    } else {
      text.remove_prefix(end + end_mark.size());
    }
  }
}

std::optional<std::string> certificate_problem(std::string_view text) {
  bool found = false;
  for (const PemBlock& block : pem_blocks(text)) {
    if (block.type != "CERTIFICATE" || block.has_headers) continue;
    if (!is_certificate(block.bytes)) return "x509: malformed certificate";
    found = true;
  }
  if (found) return std::nullopt;
  return "data does not contain any valid RSA or ECDSA certificates";
}

bool has_private_key(std::string_view text) {
  return text.find("PRIVATE KEY-----") != std::string_view::npos;
}

}  // namespace nightlatch::access
