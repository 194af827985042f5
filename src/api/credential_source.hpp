// The credentials of a kubeconfig's user during a command that may last longer than they do.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "api/kubeconfig.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

// As client-go does it, an exec plugin is run again when its credentials expire (status.expirationTimestamp)
// or an API server answers 401 to them, and a tokenFile is read again. Safe for several threads, of which one
// reads while the others wait.
class CredentialSource {
 public:
  // Reads the credentials as they are now. It may take as long as an exec plugin does.
  using Read = std::function<Result<Credentials>()>;
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  // `first`: what was read at the start.
  CredentialSource(Credentials first, Read read, Clock clock = std::chrono::system_clock::now)
      : now_(std::move(first)), read_(std::move(read)), clock_(std::move(clock)) {}

  // Those of now. Expired ones are read again first; where that fails, the expired ones come back.
  [[nodiscard]] Credentials current();
  // After an API server has answered 401 to `refused`: other ones. nullopt: the source has no others, or was
  // read less than 10 s ago.
  [[nodiscard]] std::optional<Credentials> instead_of(const Credentials& refused);
  // Why the last reading failed, on one line; empty: it did not. Never contains a secret.
  [[nodiscard]] std::string failure() const;

 private:
  void read_again();

  mutable std::mutex mutex_;
  Credentials now_;
  Read read_;
  Clock clock_;
  std::optional<std::chrono::system_clock::time_point> read_at_;  // nullopt: only at the start
  std::string failure_;
};

// Asks with `credentials` as they are now, and once more with others after an answer that `is_refused`.
// `renewal` null: they stay as they are. `credentials` are those of the answer afterwards.
template <class Ask, class IsRefused>
auto ask_renewing(Credentials& credentials, CredentialSource* renewal, const Ask& ask,
                  const IsRefused& is_refused) {
  if (renewal == nullptr) return ask();
  credentials = renewal->current();
  auto answer = ask();
  if (!is_refused(answer)) return answer;
  auto others = renewal->instead_of(credentials);
  if (!others) return answer;
  credentials = *std::move(others);
  return ask();
}

}  // namespace nightlatch::api
