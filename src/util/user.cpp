#include "util/user.hpp"

#include <array>
#include <pwd.h>
#include <unistd.h>

namespace nightlatch {

namespace {

std::string of_this_user(char* passwd::* field) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> text{};
  ::getpwuid_r(::geteuid(), &entry, text.data(), text.size(), &found);
  return found == nullptr ? std::string() : std::string(found->*field);
}

}  // namespace

std::string login_name() {
  return of_this_user(&passwd::pw_name);
}

std::string home_directory() {
  std::string home = of_this_user(&passwd::pw_dir);
  return home.empty() ? "/" : home;
}

}  // namespace nightlatch
