// Random AuthenticationConfigurations that kube-apiserver accepts, and their text in many layouts.
#pragma once

#include <cstddef>
#include <random>
#include <string>

#include <nlohmann/json.hpp>

namespace nightlatch::differential {

using Json = nlohmann::ordered_json;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // A number from 0 to n - 1.
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
  bool one_in(std::size_t n) { return pick(n) == 0; }
  template <class Choices>
  auto& any(Choices& choices) {
    return choices[pick(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// A configuration with one to three authenticators, most fields of it set.
Json valid_configuration(Random& random);
// One authenticator with the issuer https://id<number>.example.org.
Json valid_authenticator(Random& random, std::size_t number);

// JSON, YAML in block style, or a mixture of YAML's styles.
std::string text_of(const Json& configuration, Random& random);

}  // namespace nightlatch::differential
