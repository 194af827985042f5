#include "node/conversation.hpp"

namespace nightlatch::node {

namespace {

enum class Asked { never, once, again };

Asked asked(std::string_view err, std::string_view prompt) {
  std::size_t first = err.find(prompt);
  if (first == err.npos) return Asked::never;
  return err.find(prompt, first + prompt.size()) == err.npos ? Asked::once : Asked::again;
}

}  // namespace

Conversation::Turn Conversation::next(std::string_view out, std::string_view err) {
  if (over_) return Turn::listen;
  if (out.find(dialogue_.ready) != out.npos) {
    over_ = true;
    return Turn::input;
  }
  Asked times = asked(err, dialogue_.prompt);
  if (times == Asked::again) {
    over_ = true;
    return Turn::hang_up;
  }
  if (times == Asked::never || answered_) return Turn::listen;
  answered_ = true;
  return Turn::answer;
}

}  // namespace nightlatch::node
