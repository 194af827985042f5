#include "util/tar.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "util/errors.hpp"
#include "util/text.hpp"

namespace nightlatch {

namespace {

constexpr std::size_t most_files = 1000;
constexpr std::size_t most_bytes = 64U << 20U;
constexpr std::size_t block = 512;

struct CloseReader {
  void operator()(archive* one) const { archive_read_free(one); }
};
struct CloseWriter {
  void operator()(archive* one) const { archive_write_free(one); }
};
struct FreeEntry {
  void operator()(archive_entry* one) const { archive_entry_free(one); }
};
using Reader = std::unique_ptr<archive, CloseReader>;
using Writer = std::unique_ptr<archive, CloseWriter>;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

std::string words_of(archive* one) {
  const char* words = archive_error_string(one);
  return words == nullptr ? "unknown error" : words;
}

la_ssize_t append(archive* /*one*/, void* to, const void* bytes, size_t length) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), length);
  return static_cast<la_ssize_t>(length);
}

// "runs/x.txt" is below the directory of the archive; "/etc/x", "../x" and "a//b" are not.
bool is_below(std::string_view name) {
  std::vector<std::string> parts = split(name, '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

class TarReader {
 public:
  TarReader(std::string_view bytes, std::string_view name)
      : bytes_(bytes), name_(name), reader_(archive_read_new()) {}

  Result<std::map<std::string, std::string>> read() {
    archive* reader = reader_.get();
    archive_read_support_format_tar(reader);
    if (archive_read_open_memory(reader, bytes_.data(), bytes_.size()) != ARCHIVE_OK)
      return bad(words_of(reader));
    archive_entry* entry = nullptr;
    while (true) {
      int got = archive_read_next_header(reader, &entry);
      if (got == ARCHIVE_EOF) break;
      if (got != ARCHIVE_OK) return bad(words_of(reader));
      NL_TRY(read_entry(*entry));
    }
    if (files_.empty()) return bad("it holds no files");
    bool ends = bytes_.size() >= end_ && bytes_.size() - end_ >= 2 * block &&
                std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.end(),
                            [](char c) { return c == '\0'; });
    if (!ends) return bad("something else than its end follows the last file");
    return std::move(files_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> bad(std::string_view why) const {
    return fail(util_errors::bad_archive, fmt::format("{}: {}", name_, why));
  }

  Status read_entry(archive_entry& entry) {
    const char* path = archive_entry_pathname(&entry);
    std::string file = path == nullptr ? "" : path;
    bool is_plain = archive_entry_filetype(&entry) == AE_IFREG && archive_entry_hardlink(&entry) == nullptr;
    if (!is_plain || !is_below(file)) return bad(fmt::format("\"{}\" is no plain file below it", file));
    la_int64_t size = archive_entry_size(&entry);
    total_ += static_cast<std::size_t>(std::max<la_int64_t>(size, 0));
    bool fits = size >= 0 && static_cast<std::size_t>(size) <= most_bytes && total_ <= most_bytes &&
                files_.size() < most_files;
    if (!fits) return bad("it is larger than any bundle");
    std::string content(static_cast<std::size_t>(size), '\0');
    la_ssize_t read = archive_read_data(reader_.get(), content.data(), content.size());
    if (read < 0 || static_cast<std::size_t>(read) != content.size())
      return bad(fmt::format("{}: {}", file, read < 0 ? words_of(reader_.get()) : "it is cut off"));
    auto header = static_cast<std::size_t>(archive_read_header_position(reader_.get()));
    end_ = header + block + (content.size() + block - 1) / block * block;
    if (!files_.emplace(file, std::move(content)).second) return bad(fmt::format("{} is there twice", file));
    return {};
  }

  std::string_view bytes_;
  std::string_view name_;
  Reader reader_;
  std::map<std::string, std::string> files_;
  std::size_t total_ = 0;
  std::size_t end_ = 0;  // of the last file's blocks
};

}  // namespace

Result<std::string> write_tar(const std::map<std::string, std::string>& files, std::int64_t time) {
  std::string bytes;
  Writer writer(archive_write_new());
  archive* to = writer.get();
  archive_write_set_format_ustar(to);
  archive_write_set_bytes_in_last_block(to, 1);
  bool good = archive_write_open(to, &bytes, nullptr, append, nullptr) == ARCHIVE_OK;
  for (auto file = files.begin(); good && file != files.end(); ++file) {
    Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), file->first.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), time, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file->second.size()));
    good = archive_write_header(to, entry.get()) == ARCHIVE_OK &&
           archive_write_data(to, file->second.data(), file->second.size()) ==
               static_cast<la_ssize_t>(file->second.size());
  }
  good = good && archive_write_close(to) == ARCHIVE_OK;
  if (!good)
    return fail(util_errors::archive_unwritable, fmt::format("the archive cannot be made: {}", words_of(to)));
  return bytes;
}

Result<std::map<std::string, std::string>> read_tar(std::string_view bytes, std::string_view name) {
  return TarReader(bytes, name).read();
}

}  // namespace nightlatch
