// A set of overloads made of lambdas, for std::visit: an alternative that none of them takes does not
// compile.
#pragma once

namespace nightlatch {

template <class... Overloads>
struct overloaded : Overloads... {
  using Overloads::operator()...;
};

}  // namespace nightlatch
