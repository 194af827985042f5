// What is to be sent to a command that may ask for a secret first (transport.hpp, Dialogue). Pure.
#pragma once

#include <string_view>

#include "node/transport.hpp"

namespace nightlatch::node {

class Conversation {
 public:
  enum class Turn {
    listen,   // nothing is sent now
    answer,   // the secret, and the end of its line
    input,    // the command's input, and its end
    hang_up,  // only the end: it asks again, and a second answer would be a second failed attempt
  };

  explicit Conversation(Dialogue dialogue) : dialogue_(dialogue) {}

  // What comes next, when the command has printed this from its beginning on.
  [[nodiscard]] Turn next(std::string_view out, std::string_view err);

 private:
  Dialogue dialogue_;
  bool answered_ = false;
  bool over_ = false;
};

}  // namespace nightlatch::node
