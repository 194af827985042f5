#include "operate/outcome.hpp"

#include <algorithm>
#include <utility>

#include "node/errors.hpp"

namespace nightlatch::operate {

namespace {

bool is_usage(const Error& error) {
  return error.code.exit == Exit::usage;
}

bool is_other_host(const Error& error) {
  return error.code.number == node_errors::host_key_mismatch.number ||
         error.code.number == node_errors::host_key_unknown.number;
}

}  // namespace

tl::unexpected<Failure> failed(Error error) {
  Exit exit = error.code.exit;
  return tl::unexpected<Failure>(Failure{{std::move(error)}, exit});
}

tl::unexpected<Failure> failed_reading(Error error) {
  Exit exit = exit_of_reading({error});
  return tl::unexpected<Failure>(Failure{{std::move(error)}, exit});
}

tl::unexpected<Failure> failed_planning(Error error) {
  return failed_planning(std::vector<Error>{std::move(error)});
}

tl::unexpected<Failure> failed_planning(std::vector<Error> errors) {
  Exit exit = exit_of_planning(errors);
  return tl::unexpected<Failure>(Failure{std::move(errors), exit});
}

Exit exit_of_reading(const std::vector<Error>& errors) {
  if (errors.empty()) return Exit::done;
  return std::any_of(errors.begin(), errors.end(), is_usage) ? Exit::usage : Exit::coverage;
}

Exit exit_of_planning(const std::vector<Error>& errors) {
  if (errors.empty()) return Exit::done;
  bool other_host = std::any_of(errors.begin(), errors.end(), is_other_host);
  bool only_usage = std::all_of(errors.begin(), errors.end(), is_usage);
  return other_host || only_usage ? Exit::usage : Exit::refused;
}

}  // namespace nightlatch::operate
