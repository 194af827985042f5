#include "access/extra_key.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "access/field_problem.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

constexpr std::size_t longest_subdomain = 253;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_dns_label(std::string_view label) {
  return !label.empty() && is_lower_or_digit(label.front()) && is_lower_or_digit(label.back()) &&
         std::all_of(label.begin(), label.end(), [](char c) { return c == '-' || is_lower_or_digit(c); });
}

bool is_dns_subdomain(std::string_view name) {
  std::vector<std::string> labels = split(name, '.');
  return std::all_of(labels.begin(), labels.end(), is_dns_label);
}

bool is_http_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') ||
           std::string_view("/-._~%!$&'()*+,;=:").find(c) != std::string_view::npos;
  });
}

void check_domain_prefixed_path(std::string_view path, std::string_view key,
                                std::vector<std::string>& problems) {
  if (key.empty()) {
    problems.push_back(field::required(path, ""));
    return;
  }
  std::size_t slash = key.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == key.size()) {
    problems.push_back(field::invalid(path, key, "must be a domain-prefixed path (such as \"acme.io/foo\")"));
    return;
  }
  std::string_view host = key.substr(0, slash);
  std::string_view rest = key.substr(slash + 1);
  if (host.size() > longest_subdomain)
    problems.push_back(field::invalid(path, host, "must be no more than 253 characters"));
  if (!is_dns_subdomain(host)) {
    problems.push_back(field::invalid(
        path, host,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
        "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"));
  }
  if (!is_http_path(rest)) {
    problems.push_back(field::invalid(
        path, rest, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"));
  }
}

bool is_reserved(std::string_view key) {
  std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return false;
  std::string_view host = key.substr(0, slash);
  return host == "kubernetes.io" || host.ends_with(".kubernetes.io") || host == "k8s.io" ||
         host.ends_with(".k8s.io");
}

}  // namespace

std::vector<std::string> extra_key_problems(std::string_view path, std::string_view key, int minor) {
  std::vector<std::string> problems;
  check_domain_prefixed_path(path, key, problems);
  // strings.ToLower also changes letters beyond ASCII; those were refused above, as host or as path.
  if (std::any_of(key.begin(), key.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    problems.push_back(
        field::invalid(path, key, minor <= 33 ? "key must be lowercase" : "must be lowercase"));
  if (minor >= 32 && is_reserved(key)) {
    problems.push_back(field::invalid(
        path, key, "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use"));
  }
  return problems;
}

}  // namespace nightlatch::access
