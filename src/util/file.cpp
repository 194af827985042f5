#include "util/file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>

#include <fmt/format.h>

#include "util/errors.hpp"
#include "util/user.hpp"

namespace nightlatch {
namespace fs = std::filesystem;

namespace {

auto unreadable(const fs::path& path, int error) {
  return fail(util_errors::file_unreadable,
              fmt::format("{}: {}", path.string(), std::generic_category().message(error)));
}

auto unwritable(const fs::path& path, int error) {
  bool is_full = error == ENOSPC || error == EDQUOT;
  return fail(is_full ? util_errors::no_room : util_errors::file_unwritable,
              fmt::format("{}: {}", path.string(), std::generic_category().message(error)));
}

Status write_all(const Fd& fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unwritable(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status sync_directory(const fs::path& directory) {
  Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return unwritable(directory, errno);
  return {};
}

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return unreadable(path, errno);
  std::string bytes;
  char buffer[65536];
  while (true) {
    ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, errno);
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > limit) return unreadable(path, EFBIG);
  }
}

Status write_file_durably(const fs::path& path, std::string_view bytes, mode_t mode) {
  // A rename would put a file in the place of a device.
  std::error_code none;
  fs::file_status there = fs::status(path, none);
  if (fs::exists(there) && !fs::is_regular_file(there) && !fs::is_directory(there))
    return fail(util_errors::file_unwritable, fmt::format("{}: it is no regular file", path.string()));
  fs::path directory = directory_of(path);
  NL_TRY(make_private_directories(directory));
  std::string temporary = (directory / fmt::format(".{}.XXXXXX", path.filename().string())).string();
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid()) return unwritable(path, errno);
  auto give_up = [&](int error) {
    ::unlink(temporary.c_str());
    return unwritable(path, error);
  };
  if (Status written = write_all(fd, bytes, path); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) return give_up(errno);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return give_up(errno);
  return sync_directory(directory);
}

Status make_private_directories(const fs::path& directory) {
  std::error_code error;
  if (directory.empty() || fs::is_directory(directory, error)) return {};
  NL_TRY(make_private_directories(directory.parent_path()));
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return unwritable(directory, errno);
  return {};
}

Result<Fd> create_append_durably(const fs::path& path, mode_t mode) {
  NL_TRY(make_private_directories(directory_of(path)));
  Fd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return unwritable(path, errno);
  NL_TRY(sync_directory(directory_of(path)));
  return fd;
}

Result<Fd> create_reserve(const fs::path& path, std::size_t size) {
  NL_TRY(make_private_directories(directory_of(path)));
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.valid()) return unwritable(path, errno);
  int error = ::posix_fallocate(fd.get(), 0, static_cast<off_t>(size));
  if (error == 0 && ::fsync(fd.get()) != 0) error = errno;
  if (error == 0) return fd;
  ::unlink(path.c_str());
  return unwritable(path, error);
}

Status append_durably(const Fd& fd, std::string_view bytes, const fs::path& path) {
  NL_TRY(write_all(fd, bytes, path));
  if (::fsync(fd.get()) != 0) return unwritable(path, errno);
  return {};
}

Status cut_durably(const Fd& fd, std::size_t size, const fs::path& path) {
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0 || ::fsync(fd.get()) != 0)
    return unwritable(path, errno);
  return {};
}

fs::path expand_home(std::string_view path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const char* variable = std::getenv("HOME");  // not there when sshd or cron starts us
  fs::path home(variable != nullptr ? variable : home_directory());
  return home / path.substr(path.size() > 1 ? 2 : 1);
}

fs::path state_directory() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return fs::path(state) / "nightlatch";
  return expand_home("~/.local/state") / "nightlatch";
}

}  // namespace nightlatch
