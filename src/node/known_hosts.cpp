#include "node/known_hosts.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::node {

namespace {

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    for (std::size_t skip = 0; skip <= name.size(); ++skip) {
      if (matches(pattern.substr(1), name.substr(skip))) return true;
    }
    return false;
  }
  if (name.empty() || (pattern.front() != '?' && pattern.front() != name.front())) return false;
  return matches(pattern.substr(1), name.substr(1));
}

// |1|salt|HMAC-SHA1(salt, name)
bool hashed_matches(std::string_view field, const std::string& name) {
  std::vector<std::string> parts = split(field, '|');
  if (parts.size() != 4 || parts[1] != "1") return false;
  std::optional<std::string> salt = base64_decode(parts[2]);
  std::optional<std::string> wanted = base64_decode(parts[3]);
  if (!salt || !wanted) return false;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()),
       reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest.data(), &length);
  return std::string_view(reinterpret_cast<const char*>(digest.data()), length) == *wanted;
}

bool field_matches(std::string_view field, const std::string& name) {
  if (field.starts_with('|')) return hashed_matches(field, name);
  bool found = false;
  for (const std::string& pattern : split(field, ',')) {
    if (pattern.starts_with('!') && matches(std::string_view(pattern).substr(1), name)) return false;
    found = found || matches(pattern, name);
  }
  return found;
}

std::string fingerprint(std::string_view key) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  std::string text = base64_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
  text.erase(text.find_last_not_of('=') + 1);
  return "SHA256:" + text;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (char c : line) {
    if (c != ' ' && c != '\t' && c != '\r') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

std::vector<KnownKey> known_keys(std::string_view text, const std::string& file, const std::string& host,
                                 std::uint16_t port) {
  std::string name = port == 22 ? host : fmt::format("[{}]:{}", host, port);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::vector<KnownKey> keys;
  std::size_t number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    std::vector<std::string> words = words_of(line);
    bool revoked = !words.empty() && words[0] == "@revoked";
    if (revoked) words.erase(words.begin());
    if (words.size() < 3 || words[0].starts_with('#') || words[0].starts_with('@')) continue;
    if (!field_matches(words[0], name)) continue;
    if (std::optional<std::string> key = base64_decode(words[2])) {
      keys.push_back({words[1], fingerprint(*key), file, number, revoked});
    }
  }
  return keys;
}

}  // namespace nightlatch::node
