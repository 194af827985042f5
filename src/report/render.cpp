#include "report/render.hpp"

namespace nightlatch::report {

std::optional<Format> format_named(std::string_view word) {
  if (word == "text") return Format::terminal;
  if (word == "md") return Format::markdown;
  if (word == "html") return Format::html;
  return std::nullopt;
}

void write_page(const Page& page, Format format, Out& out) {
  switch (format) {
    case Format::terminal:
      return write_terminal(page, out);
    case Format::markdown:
      return write_markdown(page, out);
    case Format::html:
      return write_html(page, out);
  }
}

}  // namespace nightlatch::report
