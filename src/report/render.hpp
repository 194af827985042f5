// A page for a reader: at the terminal, in a ticket, in a browser.
#pragma once

#include <optional>
#include <string_view>

#include "report/out.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

enum class Format { terminal, markdown, html };
// "text", "md", "html"; nullopt: another word.
[[nodiscard]] std::optional<Format> format_named(std::string_view word);

// Sections with a blank line between them, in the width of the terminal. Prose wraps between words. A line of
// a diff wraps with a marker at its end where a blank allows it; a path or a flag stays in one piece, and the
// terminal itself wraps what is longer than it, so that a selection copies it whole.
void write_terminal(const Page& page, Out& out);

// GitHub's Markdown. Tones are left out: the words say the same.
void write_markdown(const Page& page, Out& out);

// One file: light and dark, phone and desktop, printable. It loads nothing, and runs no script but the one
// that copies snippets, where it has any.
void write_html(const Page& page, Out& out);

void write_page(const Page& page, Format format, Out& out);

// The report at the terminal.
template <class Report>
void write_text(const Report& report, Out& out) {
  write_terminal(page_of(report), out);
}

}  // namespace nightlatch::report
