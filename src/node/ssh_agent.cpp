#include "node/ssh_agent.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <sys/socket.h>
#include <sys/un.h>
#include <utility>

#include "util/text.hpp"

namespace nightlatch::node {

namespace {

// draft-miller-ssh-agent
constexpr char agent_failure = 5;
constexpr char request_identities = 11;
constexpr char identities_answer = 12;
constexpr char sign_request = 13;
constexpr std::uint32_t longest_message = 256 * 1024;

std::string wire_number(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
          static_cast<char>(value)};
}

std::optional<std::uint32_t> number_at(const std::string& text, std::size_t at) {
  if (at > text.size() || text.size() - at < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(text[at + i]);
  return value;
}

// The text at `at`, behind its length, and moves `at` behind it.
std::optional<std::string> text_at(const std::string& message, std::size_t& at) {
  std::optional<std::uint32_t> size = number_at(message, at);
  if (!size || message.size() - at - 4 < *size) return std::nullopt;
  std::string text = message.substr(at + 4, *size);
  at += 4 + *size;
  return text;
}

bool read_all(const Fd& fd, char* to, std::size_t size) {
  while (size > 0) {
    ssize_t got = ::recv(fd.get(), to, size, 0);
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<std::string> read_message(const Fd& fd) {
  std::string head(4, '\0');
  if (!read_all(fd, head.data(), head.size())) return std::nullopt;
  std::uint32_t size = *number_at(head, 0);
  if (size == 0 || size > longest_message) return std::nullopt;
  std::string message(size, '\0');
  if (!read_all(fd, message.data(), message.size())) return std::nullopt;
  return message;
}

bool write_message(const Fd& fd, const std::string& message) {
  std::string whole = wire_number(static_cast<std::uint32_t>(message.size())) + message;
  for (std::size_t at = 0; at < whole.size();) {
    ssize_t sent = ::send(fd.get(), whole.data() + at, whole.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += static_cast<std::size_t>(sent);
  }
  return true;
}

bool may_be_asked(const std::string& message, const std::vector<std::string>& keys) {
  if (message.front() == request_identities) return true;
  if (message.front() != sign_request) return false;
  std::size_t at = 1;
  std::optional<std::string> key = text_at(message, at);
  return key && is_among(*key, keys);
}

}  // namespace

Fd connect_agent(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return {};
  std::memcpy(address.sun_path, socket.c_str(), socket.size() + 1);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return {};
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return fd;
}

std::string listed(const std::string& answer, const std::vector<std::string>& keys) {
  std::string kept;
  std::uint32_t count = 0;
  std::size_t at = 1;
  std::uint32_t all = number_at(answer, at).value_or(0);
  at += 4;
  for (std::uint32_t i = 0; i < all; ++i) {
    std::optional<std::string> key = text_at(answer, at);
    std::optional<std::string> comment = key ? text_at(answer, at) : std::nullopt;
    if (!comment) return identities_answer + wire_number(0);
    if (!is_among(*key, keys)) continue;
    kept += wire_number(static_cast<std::uint32_t>(key->size())) + *key +
            wire_number(static_cast<std::uint32_t>(comment->size())) + *comment;
    ++count;
  }
  return identities_answer + wire_number(count) + kept;
}

AgentFilter::AgentFilter(Fd agent, std::vector<std::string> keys)
    : agent_(std::move(agent)), keys_(std::move(keys)) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  near_ = Fd(ends[0]);
  far_ = Fd(ends[1]);
  thread_ = std::thread([this] { serve(); });
}

AgentFilter::~AgentFilter() {
  ::shutdown(far_.get(), SHUT_RDWR);
  ::shutdown(agent_.get(), SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
}

void AgentFilter::serve() const {
  while (std::optional<std::string> question = read_message(far_)) {
    std::string answer(1, agent_failure);
    if (may_be_asked(*question, keys_)) {
      std::optional<std::string> said =
          write_message(agent_, *question) ? read_message(agent_) : std::nullopt;
      if (!said) break;
      answer = said->front() == identities_answer ? listed(*said, keys_) : *said;
    }
    if (!write_message(far_, answer)) break;
  }
  ::shutdown(far_.get(), SHUT_RDWR);
}

}  // namespace nightlatch::node
