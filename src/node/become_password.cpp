#include "node/become_password.hpp"

#include <string.h>  // explicit_bzero

#include <fmt/format.h>

#include "node/errors.hpp"

namespace nightlatch::node {

BecomePassword::~BecomePassword() {
  ::explicit_bzero(password_.data(), password_.size());
}

Result<BecomePassword::Use> BecomePassword::use(const std::string& node) {
  std::unique_lock alone(trying_);
  std::lock_guard lock(mutex_);
  if (refused_by_.contains(node))
    return fail(node_errors::become_password_wrong, fmt::format("{}: sudo does not take the password", node));
  if (!taken_ && !refused_by_.empty()) {
    return fail(
        node_errors::become_password_wrong,
        fmt::format("{}: the password was not sent, because {} has refused it", node, *refused_by_.begin()));
  }
  if (taken_) alone.unlock();
  return Use(*this, node, std::move(alone));
}

void BecomePassword::Use::was_taken() {
  std::lock_guard lock(owner_->mutex_);
  owner_->taken_ = true;
}

void BecomePassword::Use::was_refused() {
  std::lock_guard lock(owner_->mutex_);
  owner_->refused_by_.insert(node_);
}

}  // namespace nightlatch::node
