#include "rbac/explain_token.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

// What kube-apiserver logs of a token, and what it means.
struct LoggedRow {
  std::string_view words;
  std::string_view meaning;
};

constexpr std::array logged_rows{
    LoggedRow{"token has expired", "The token has expired."},
    LoggedRow{"token is expired", "The token has expired."},
    LoggedRow{"is invalid for the target audiences",
              "The token is for another audience than this API server."},
    LoggedRow{"expected audience", "The token is for another audience than this API server."},
    LoggedRow{"not valid yet", "The token is not valid yet: compare the clocks."},
    LoggedRow{"token has been invalidated",
              "The service account, its Secret or its pod has been deleted or made anew."},
    LoggedRow{"invalid signature",
              "The token was signed with a key that this API server does not have: it is of another "
              "cluster, or the key of the service accounts was changed."},
    LoggedRow{"certificate has expired or is not yet valid", "The client certificate is outside its time."},
    LoggedRow{"certificate signed by unknown authority",
              "The client certificate was issued by a CA that this API server does not trust."}};

std::string time_text(std::int64_t at) {
  return utc_timestamp(system_clock::time_point(seconds(at)));
}

std::string ago(system_clock::time_point now, std::int64_t at) {
  auto passed = std::chrono::duration_cast<seconds>(now.time_since_epoch()) - seconds(at);
  if (passed >= std::chrono::hours(48)) return fmt::format("{} days", passed / std::chrono::hours(24));
  return human_duration(passed);
}

// The API server's audiences are its issuers, unless a flag names others. A token of its own issuer that is
// for something else was made for somebody else.
bool is_for_another(const TokenSight& token) {
  if (token.audiences.empty()) return false;
  return std::none_of(token.audiences.begin(), token.audiences.end(), [&](const std::string& one) {
    return one == token.issuer || one == "api" || one.starts_with("https://kubernetes.default.svc");
  });
}

std::string owner_of(const TokenSight& token) {
  Subject subject = subject_named(token.subject);
  if (subject.kind == "ServiceAccount")
    return fmt::format("The token of the service account {}/{}", subject.name_space, subject.name);
  return token.subject.empty() ? "The token" : fmt::format("The token of {}", token.subject);
}

bool tell_claims(const TokenSight& token, system_clock::time_point now, Explanation& made) {
  auto at = std::chrono::duration_cast<seconds>(now.time_since_epoch()).count();
  std::string owner = owner_of(token);
  if (token.expires && *token.expires <= at) {
    made.why.push_back(
        fmt::format("{} expired at {}, {} ago.", owner, time_text(*token.expires), ago(now, *token.expires)));
  } else if (token.not_before && *token.not_before > at) {
    made.why.push_back(fmt::format("{} is valid from {} on, which is not yet: compare the clocks.", owner,
                                   time_text(*token.not_before)));
  } else if (is_for_another(token)) {
    made.why.push_back(
        fmt::format("{} is for the audience {}. kube-apiserver takes tokens for its own audience alone, "
                    "which is its issuer unless --api-audiences says otherwise.",
                    owner, join(token.audiences, ", ")));
  } else {
    made.why.push_back(fmt::format(
        "{} is inside its time and says the audience {}. So it was signed by another cluster, its "
        "service account was deleted, or kube-apiserver does not know its issuer {}.",
        owner, token.audiences.empty() ? "of no one" : join(token.audiences, ", "),
        token.issuer.empty() ? "(none)" : token.issuer));
  }
  return true;
}

}  // namespace

bool tell_token(const Refusal& refusal, const Surroundings& known, Explanation& made) {
  if (!refusal.token_words.empty()) {
    auto row = std::find_if(logged_rows.begin(), logged_rows.end(), [&](const LoggedRow& one) {
      return refusal.token_words.find(one.words) != std::string::npos;
    });
    std::string meaning =
        row == logged_rows.end() ? "The credentials are not valid here." : std::string(row->meaning);
    made.why.push_back(fmt::format("{} kube-apiserver logged: {}", meaning, refusal.token_words));
    made.fixes = fixes_for_credentials(known);
    return true;
  }
  if (!known.token) {
    if (known.opaque_token)
      made.why.emplace_back(
          "The token that was given is no JWT, so only the API server can say what is wrong with it.");
    return false;
  }
  made.user = known.token->subject;
  made.identity = identity_of(made.user);
  tell_claims(*known.token, known.now, made);
  made.fixes = fixes_for_credentials(known);
  return true;
}

std::vector<Fix> fixes_for_credentials(const Surroundings& known) {
  Subject account = known.token ? subject_named(known.token->subject) : Subject{};
  if (account.kind == "ServiceAccount") {
    return {{.text = "Make a new token for the service account; in a pod, read the projected file again for "
                     "each request",
             .command = fmt::format("kubectl create token {} -n {}", shell_word(account.name),
                                    shell_word(account.name_space)),
             .yaml = {},
             .opens = {}}};
  }
  return {{.text = "Log in again, or make a new token, and see who the API server takes you for",
           .command = "kubectl auth whoami",
           .yaml = {},
           .opens = {}}};
}

}  // namespace nightlatch::rbac
