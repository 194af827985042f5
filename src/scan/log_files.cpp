#include "scan/log_files.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "scan/errors.hpp"

namespace nightlatch::scan {

namespace {

namespace fs = std::filesystem;

// "audit.log" of "audit.log.gz"; the same name when it is not of a compressed file.
std::string without_compression(std::string name) {
  for (std::string_view ending : {".gz", ".zst"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  return name;
}

// "2026-11-21T23-05-01.123", the time in the name of a backup (lumberjack 2.2.1), in UTC.
bool is_lumberjack_time(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00-00-00.000";
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(), [](char c, char wanted) {
           return wanted == '0' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == wanted;
         });
}

// What tells the age of a rotated file of `base`: larger is newer. nullopt: it is none.
std::optional<std::string> age_of(std::string name, const std::string& base) {
  name = without_compression(std::move(name));
  fs::path whole(base);
  std::string stem = whole.stem().string() + "-";
  std::string extension = whole.extension().string();
  if (name == base) return "~";  // behind every digit: the newest
  if (name.starts_with(stem) && name.ends_with(extension) && name.size() > stem.size() + extension.size()) {
    std::string time = name.substr(stem.size(), name.size() - stem.size() - extension.size());
    if (is_lumberjack_time(time)) return time;
  }
  if (name.starts_with(base + ".")) {
    std::string number = name.substr(base.size() + 1);
    bool digits =
        !number.empty() && number.size() <= 8 &&
        std::all_of(number.begin(), number.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    // logrotate counts up: audit.log.9 is older than audit.log.1; a date (20261121) grows.
    if (digits && number.size() == 8) return number;
    if (digits) return fmt::format(" {:08}", 99'999'999 - std::stol(number));
  }
  return std::nullopt;
}

class Search {
 public:
  explicit Search(Rotated rotated) : rotated_(rotated) {}

  Status add(const std::string& word) {
    if (word == "-") {
      take("-", "stdin");
      return {};
    }
    fs::path path(word);
    std::error_code error;
    if (!fs::exists(path, error))
      return fail(scan_errors::no_log,
                  fmt::format("{}: {}", word, error ? error.message() : "there is no such file"));
    return fs::is_directory(path, error) ? add_directory(path) : add_file(path);
  }

  LogFiles found;

 private:
  void take(const fs::path& path, std::string family) {
    std::error_code error;
    fs::path whole = fs::weakly_canonical(path, error);
    if (!seen_.insert(error ? path : whole).second) return;
    found.files.push_back({path, std::move(family)});
  }

  Status add_file(const fs::path& path) {
    std::string base = without_compression(path.filename().string());
    std::vector<std::pair<std::string, fs::path>> members{{"~", path}};
    bool is_current = base == path.filename().string();
    std::error_code error;
    fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (rotated_ == Rotated::read && is_current && fs::is_regular_file(path, error)) {
      for (const auto& entry : fs::directory_iterator(directory, error)) {
        auto age = age_of(entry.path().filename().string(), base);
        if (age && *age != "~" && entry.is_regular_file(error))
          members.emplace_back(*age, path.parent_path() / entry.path().filename());
      }
    }
    std::sort(members.begin(), members.end());
    for (const auto& [age, member] : members) {
      if (!is_half_written(member)) take(member, path.string());
    }
    return {};
  }

  // X.log.gz beside X.log: X.log is being compressed, or was not removed yet.
  bool is_half_written(const fs::path& path) {
    std::string name = path.filename().string();
    std::string plain = without_compression(name);
    std::error_code error;
    if (plain == name || !fs::exists(path.parent_path() / plain, error)) return false;
    found.skipped.push_back(fmt::format("{}: {} is there, which it is made of", path.string(), plain));
    return true;
  }

  Status add_directory(const fs::path& directory) {
    std::vector<fs::path> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
      if (entry.is_regular_file(error) && !entry.path().filename().string().starts_with('.'))
        names.push_back(entry.path());
    }
    if (names.empty())
      return fail(scan_errors::no_log, fmt::format("{}: the directory has no files", directory.string()));
    std::sort(names.begin(), names.end());
    for (const fs::path& path : names) {
      if (!is_half_written(path)) take(path, family_in(path, names));
    }
    return {};
  }

  // The file of the directory that `path` was rotated from; itself when there is none.
  static std::string family_in(const fs::path& path, const std::vector<fs::path>& names) {
    for (const fs::path& other : names) {
      std::string base = other.filename().string();
      bool is_base = other != path && base == without_compression(base);
      if (is_base && age_of(path.filename().string(), base)) return other.string();
    }
    return path.string();
  }

  Rotated rotated_;
  std::set<fs::path> seen_;
};

}  // namespace

Result<LogFiles> find_log_files(const std::vector<std::string>& paths, Rotated rotated) {
  Search search(rotated);
  for (const std::string& path : paths) NL_TRY(search.add(path));
  return std::move(search.found);
}

}  // namespace nightlatch::scan
