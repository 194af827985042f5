#include "api/credential_source.hpp"

#include <utility>

#include "util/text.hpp"

namespace nightlatch::api {

namespace {

// A plugin may open a browser or ask a slow server, and the answers of one round are all 401.
constexpr std::chrono::seconds between_readings{10};

}  // namespace

Credentials CredentialSource::current() {
  std::lock_guard guard(mutex_);
  if (now_.expires && clock_() >= *now_.expires) read_again();
  return now_;
}

std::optional<Credentials> CredentialSource::instead_of(const Credentials& refused) {
  std::lock_guard guard(mutex_);
  if (now_ == refused) read_again();
  return now_ == refused ? std::nullopt : std::optional(now_);
}

std::string CredentialSource::failure() const {
  std::lock_guard guard(mutex_);
  return failure_;
}

void CredentialSource::read_again() {
  auto now = clock_();
  if (read_at_ && now - *read_at_ < between_readings) return;
  auto fresh = read_();
  read_at_ = clock_();
  if (!fresh) {
    failure_ = message_and_details(fresh.error(), "; ");
    return;
  }
  failure_.clear();
  now_ = *std::move(fresh);
}

}  // namespace nightlatch::api
