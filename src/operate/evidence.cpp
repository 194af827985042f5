#include "operate/evidence.hpp"

#include "operate/run_files.hpp"
#include "report/evidence.hpp"
#include "report/render.hpp"
#include "util/file.hpp"

namespace nightlatch::operate {

namespace {

std::string rendered(const report::Page& page, report::Format format) {
  std::string text;
  report::Out out(text, Terminal{});
  report::write_page(page, format, out);
  return text;
}

}  // namespace

std::map<std::string, std::string> evidence_of(const report::PastRun& run) {
  report::Page page = report::evidence_page(run);
  return {{evidence_name, report::evidence_json(run)},
          {"report.html", rendered(page, report::Format::html)},
          {"report.md", rendered(page, report::Format::markdown)}};
}

Status keep_evidence(const std::filesystem::path& directory) {
  RunFiles files{directory.filename().string(), directory.string()};
  for (const char* name : {plan_name, journal_name}) {
    NL_ASSIGN(files.files[name], read_file(directory / name));
  }
  report::PastRun run = run_of(files);
  if (run.broken) return fail(*std::move(run.broken));
  Status kept;
  for (const auto& [name, bytes] : evidence_of(run)) {
    Status written = write_file_durably(directory / name, bytes);
    if (!written && kept) kept = std::move(written);
  }
  return kept;
}

}  // namespace nightlatch::operate
