// Pages in their three forms: what they look like, and that data in them stays data.
#include <algorithm>
#include <random>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/errors.hpp"
#include "report/bundle.hpp"
#include "report/comparison.hpp"
#include "report/error.hpp"
#include "report/evidence.hpp"
#include "report/render.hpp"
#include "report/report_samples.hpp"
#include "report/screen.hpp"
#include "report/verification.hpp"
#include "report/visible.hpp"

namespace nightlatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string rendered(const Page& page, Format format, const Terminal& terminal = utf8(100'000)) {
  std::string text;
  Out out(text, terminal);
  out.set_shared_options(" -i prod.yaml");
  write_page(page, format, out);
  return text;
}

// One of each block, each with `data` wherever data can stand.
Page page_with(const std::string& data) {
  Error error{plan_errors::no_nodes, data, {data}, data, data, SourcePlace{data, 7, 3, data, 4}};
  Error without_place{plan_errors::no_nodes, data, {data, data}, data, data, {}};
  std::string one_line = data;
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  Page page{data, {}};
  page.add({{Headline{{Text(data, Tone::bold), exact(data), data}}, Headline{{data, data}}}});
  page.add({{Heading{data}, Paragraph{Text(data).add(data, Tone::bad).add_exact(data)}}});
  page.add({{Heading{data, Rank::part}, List{ListMark::points, {data, exact(data)}},
             List{ListMark::numbers, {data}, 3}, List{ListMark::boxes, {Text(data, Tone::bold)}},
             Snippet{Snippet::Kind::commands, one_line}, Snippet{Snippet::Kind::message, one_line}}});
  page.add({{Facts{{{data, {data}}, {Text(data, Tone::warning), {data, exact(data)}}}}}});
  page.add({{Table{{"", data, data}, {{data, exact(data), Text(data, Tone::ok)}, {exact(data), data}}}}});
  page.add({{Table{{}, {{data, data}}}, Diff{{{DiffKind::hunk, "@@" + data},
                                              {DiffKind::context, " " + data},
                                              {DiffKind::removed, "-" + data},
                                              {DiffKind::added, "+" + data}},
                                             data}}});
  page.add(
      {{Check{Grade::ok, 3301, data, data, data, data}, Check{Grade::unknown, 3301, data, data, data, data},
        Finding{Grade::warning, 2104, {}, data, {data, exact(data)}, data, data},
        Finding{Grade::bad, 4202, data, data, {data}, data, data}}});
  page.add(
      {{Problem{error}, Problem{without_place}, CodeBlock{data, one_line},
        Chart{data, data, data, {{data, {0, 1, 20}}}},
        Picture{data, Lanes{1000, {{'S', data}}, {{data, {{0, 1000, 0, true}}}}}, Table{{data}, {{data}}}},
        Picture{data, Course{1000, {{0, 1000, 3, 9, 2}}}, Table{{data}, {{data}}}},
        Picture{data, Grid{{data}, {{data, {{200, 401}}}}}, Table{{data}, {{data}}}},
        Commands{{{data, data}, {data, ""}, {"", data}}}}});
  return page;
}

// The markup without its text: every tag with its class, nothing of what stands between.
std::string skeleton(const std::string& html) {
  std::string tags;
  std::size_t body = html.find("</head>");
  for (std::size_t at = html.find('<', body); at != std::string::npos; at = html.find('<', at + 1)) {
    std::string tag = html.substr(at, html.find('>', at) + 1 - at);
    if (std::size_t label = tag.find(" data-label=\""); label != std::string::npos)
      tag.erase(label, tag.find('"', label + 13) + 1 - label);
    tags += tag;
  }
  return tags;
}

// Valid UTF-8 in which nothing is hidden, turned or obeyed.
void expect_visible(const std::string& text, const std::string& data) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_EQ(visible(line), line) << data;
}

const std::vector<std::string> attacks{"<script>alert(1)</script>",
                                       "\"><img src=x onerror=alert(1)>",
                                       "' onmouseover='alert(1)",
                                       "</title></style><script>",
                                       "<!-- -->]]>",
                                       "&lt;script&gt;",
                                       "\x1b[2J\x1b]0;title\a",
                                       "\xc2\x9b"
                                       "31m",
                                       "\u202egnirts\u2066\u2069",
                                       "| a | b |",
                                       "`code` ``more`` ```",
                                       "# heading",
                                       "- item",
                                       "1. item",
                                       "> quote",
                                       "[link](javascript:alert(1))",
                                       "![image](http://example.com/x)",
                                       "https://example.com www.example.com",
                                       "**bold** _em_ ~~struck~~ $math$",
                                       "    indented",
                                       "~~~\nfence",
                                       "```\n</div>",
                                       "line\nok  all is well\r\n",
                                       "---",
                                       "===",
                                       std::string("nul\0", 4),
                                       "\xff\xfe\xc0\xaf\xed\xa0\x80"};

// Between the pages of a harmless word and of `data` nothing may differ but the text.
void expect_only_text(const std::string& data) {
  static const std::string harmless = skeleton(rendered(page_with("x"), Format::html));
  Page page = page_with(data);
  std::string html = rendered(page, Format::html);
  EXPECT_EQ(skeleton(html), harmless) << data;
  std::string markdown = rendered(page, Format::markdown);
  std::string terminal = rendered(page, Format::terminal, Terminal{true, false, true, 100'000});
  for (const std::string& text : {html, markdown, terminal}) expect_visible(text, data);
}

TEST(Pages, AttacksStayTextInAllThree) {
  for (const std::string& attack : attacks) expect_only_text(attack);
}

TEST(Pages, AScriptIsSeenAsItsLetters) {
  Page page = page_with("<script>alert(1)</script>");
  std::string html = rendered(page, Format::html);
  EXPECT_THAT(html, HasSubstr("<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>"));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(rendered(page, Format::markdown), HasSubstr("# \\<script\\>alert(1)\\</script\\>\n"));
  EXPECT_THAT(rendered(page, Format::terminal), HasSubstr("<script>alert(1)</script>"));
}

TEST(Pages, AnEscapeIsSeenAsItsNumber) {
  Page page = page_with("cp1\x1b[2J");
  EXPECT_THAT(rendered(page, Format::html), HasSubstr("cp1\\x1b[2J"));
  EXPECT_THAT(rendered(page, Format::markdown), HasSubstr("cp1\\\\x1b\\[2J"));
  EXPECT_THAT(rendered(page, Format::terminal), HasSubstr("cp1\\x1b[2J"));
}

TEST(Pages, MarkdownOfDataIsNoMarkup) {
  auto paragraph = [](const std::string& data) {
    return rendered({"t", {{{Headline{{"t"}}, Paragraph{data}}}}}, Format::markdown).substr(8);
  };
  EXPECT_EQ(paragraph("# not a heading"), "\\# not a heading\n");
  EXPECT_EQ(paragraph("- not an item"), "\\- not an item\n");
  EXPECT_EQ(paragraph("1. not an item"), "1\\. not an item\n");
  EXPECT_EQ(paragraph("    not code"), "not code\n");
  EXPECT_EQ(paragraph("[a](b) ![c](d)"), "\\[a\\](b) !\\[c\\](d)\n");
  EXPECT_EQ(paragraph("https://example.com"), "https\\://example.com\n");
  EXPECT_EQ(paragraph("a `b` *c* _d_ <e> | f & $g$"),
            "a \\`b\\` \\*c\\* \\_d\\_ \\<e\\> \\| f \\& \\$g\\$\n");
}

TEST(Pages, MarkdownCodeEndsWhereItIsToEnd) {
  std::string text = rendered({"t", {{{Headline{{"t"}}, Paragraph{exact("a`b``c")}}}}}, Format::markdown);
  EXPECT_THAT(text, HasSubstr("\n```a`b``c```\n"));
  text = rendered({"t", {{{CodeBlock{"", "x\n````\ny"}}}}}, Format::markdown);
  EXPECT_THAT(text, HasSubstr("\n`````\nx\n````\ny\n`````\n"));
  text = rendered({"t", {{{Table{{"A"}, {{exact("a|b")}}}}}}}, Format::markdown);
  EXPECT_THAT(text, HasSubstr("| `a\\|b` |\n"));
}

TEST(Pages, RandomBytesStayText) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 100; ++round) {
    std::string data = "x";
    std::size_t size = random() % 24;
    for (std::size_t i = 0; i < size; ++i) {
      bool piece = random() % 6 == 0;
      data += piece ? attacks[random() % attacks.size()] : std::string(1, static_cast<char>(random() % 256));
    }
    // A tab is kept in the lines of files.
    std::replace(data.begin(), data.end(), '\t', ' ');
    expect_only_text(data);
  }
}

TEST(Pages, HtmlLoadsNothingAndRunsNothing) {
  std::string html = rendered(page_of(samples::detect_report()), Format::html);
  EXPECT_THAT(html, HasSubstr("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                              "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"));
  for (const char* word : {"<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import",
                           "on"
                           "click="})
    EXPECT_THAT(html, Not(HasSubstr(word)));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\" role=\"columnheader\">EXPOSURE</th>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\" role=\"rowheader\">cp1</th>"));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme: dark"));
}

TEST(Pages, EachReportIsADocumentToo) {
  samples::RunSample run = samples::mixed_run();
  plan::Plan plan = samples::plan();
  for (const Page& page :
       {page_of(samples::detect_report()), page_of(PlanScreen{.plan = plan, .bytes = samples::diffs()}),
        page_of(run.report()), page_of(samples::status_report()), page_of(samples::past_run()),
        page_of(std::vector<PastRun>{samples::past_run()}), page_of(samples::verify_report(), Detail::full),
        page_of(samples::prepare_report()), page_of(samples::confirm_report()),
        evidence_page(samples::past_run()), page_of(Comparison{samples::past_run(), samples::past_run()}),
        page_of(std::vector<VerifiedRun>{{.run = "r", .place = "p"}}), page_of(BundleReport{"r", "r.tar"}),
        page_of(ErrorReport{{samples::detect_report().findings[0]}, Exit::refused})}) {
    EXPECT_NE(page.title, "");
    EXPECT_THAT(rendered(page, Format::html), HasSubstr("<title>" + page.title + "</title>"));
    EXPECT_THAT(rendered(page, Format::markdown), testing::StartsWith("# "));
  }
}

TEST(Pages, HistoryTellsAConfirmationAndAPreparationFromARoll) {
  PastRun run = samples::past_run();
  run.progress.of = "20261122T0114-7f3a";
  run.progress.direction = "confirm";
  EXPECT_THAT(rendered(page_of(std::vector<PastRun>{run}), Format::markdown),
              HasSubstr("confirmation of 20261122T0114"));
  run.plan.reset();
  run.progress.direction = "prepare";
  run.progress.nodes.resize(1);
  EXPECT_THAT(rendered(page_of(std::vector<PastRun>{run}), Format::markdown),
              HasSubstr("preparation of " + run.progress.nodes[0].node));
}

TEST(Pages, APlanSaysWhatANodeGetsThatIsNotSwapped) {
  plan::Plan plan = samples::plan();
  for (plan::Change& change : plan.changes) {
    auto* manifest = std::get_if<plan::ManifestChange>(&change);
    if (manifest == nullptr) continue;
    manifest->kind = plan::ManifestChange::Kind::finish_confirm;
    manifest->previous_run = "20261122T0114-7f3a";
  }
  EXPECT_THAT(rendered(page_of(PlanScreen{.plan = plan}), Format::markdown),
              HasSubstr("wrote stays once its gates hold"));
}

TEST(Pages, ADocumentSaysWhyAWarningMatters) {
  plan::Plan plan = samples::plan();
  Page page = page_of(PlanScreen{.plan = plan});
  std::string why(plan_checks::join_by_token.why);
  EXPECT_THAT(rendered(page, Format::markdown),
              HasSubstr("  - Why it matters: kubeadm join reads the ConfigMap"));
  EXPECT_THAT(rendered(page, Format::html), HasSubstr("<p class=\"note\">Why it matters: " + why + "</p>"));
  EXPECT_THAT(rendered(page, Format::terminal), Not(HasSubstr("Why it matters")));
  EXPECT_THAT(rendered(page, Format::html), HasSubstr("<span class=\"code\">NL3302</span>"));
}

TEST(Pages, ADocumentHasEveryHunk) {
  plan::Plan plan = samples::plan();
  Page page = page_of(PlanScreen{.plan = plan, .bytes = samples::diffs(), .file = "lockdown.json"});
  EXPECT_THAT(rendered(page, Format::markdown), HasSubstr("@@ -40,2 +40,5 @@"));
  EXPECT_THAT(rendered(page, Format::terminal), Not(HasSubstr("@@ -40,2 +40,5 @@")));
}

TEST(Pages, AListHasItsMarksAndASnippetItsLines) {
  Page page{"t",
            {{{Headline{{"t"}}, Heading{"Part", Rank::part}, List{ListMark::points, {"a", "b"}},
               List{ListMark::numbers, {"c", "d"}, 3}, List{ListMark::boxes, {"e"}},
               Snippet{Snippet::Kind::commands, "one\n  two\n"}, Snippet{Snippet::Kind::message, "three"}}}}};
  EXPECT_EQ(rendered(page, Format::markdown),
            "# t\n\nt\n\n### Part\n\n- a\n- b\n\n3. c\n4. d\n\n- [ ] e\n\n```sh\none\n  two\n```\n\n"
            "```text\nthree\n```\n");
  EXPECT_EQ(rendered(page, Format::terminal),
            "t\nPart\n- a\n- b\n3. c\n4. d\n[ ] e\n  one\n    two\n  three\n");
  std::string html = rendered(page, Format::html);
  for (const char* part : {"<h3>Part</h3>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
                           "<ol start=\"3\">\n<li>c</li>", "<ul class=\"boxes\">\n<li>e</li>",
                           "<div class=\"text copy\">\n<div>one</div>\n<div>  two</div>\n</div>"})
    EXPECT_THAT(html, HasSubstr(part));
}

TEST(TerminalPage, APathAFlagAndACommandStayWhole) {
  std::string path = "/etc/kubernetes/nightlatch/" + std::string(90, 'x') + "/authn-9d62abfc6a49.yaml";
  Page page{
      "t",
      {{{Paragraph{Text("see ").add_exact(path)}, Diff{{{DiffKind::added, "+    - --flag=" + path}}, ""},
         Table{{"NAME", "FILE"}, {{"cp1", exact(path)}}}, Commands{{{"cat " + path, "why"}}}}}}};
  std::string text = rendered(page, Format::terminal, utf8(80));
  EXPECT_THAT(text, HasSubstr("\n" + path + "\n"));
  EXPECT_THAT(text, HasSubstr("+    - --flag=" + path + "\n"));
  EXPECT_THAT(text, HasSubstr("cp1   " + path + "\n"));
  EXPECT_THAT(text, HasSubstr("next   cat " + path + "\n"));
}

TEST(TerminalPage, ALongLineOfADiffWrapsAtABlankWithAMarker) {
  std::string line =
      "+    # " + std::string(30, 'a') + " " + std::string(30, 'b') + " " + std::string(30, 'c');
  Page page{"t", {{{Diff{{{DiffKind::added, line}}, ""}}}}};
  std::string first = "+    # " + std::string(30, 'a') + " " + std::string(30, 'b');
  std::string rest = "       " + std::string(30, 'c');
  EXPECT_EQ(rendered(page, Format::terminal, utf8(80)), first + " ↩\n" + rest + "\n");
  EXPECT_EQ(rendered(page, Format::terminal, plain(80)), first + " \\\n" + rest + "\n");
}

TEST(TerminalPage, ProseInATableIsCutAtItsEnd) {
  Page page{"t", {{{Table{{"NAME", "WHAT", "N"}, {{"cp1", std::string(90, 'w'), "1"}}}}}}};
  EXPECT_THAT(rendered(page, Format::terminal, utf8(40)),
              HasSubstr("cp1   " + std::string(30, 'w') + "…  1\n"));
  EXPECT_THAT(rendered(page, Format::terminal, plain(40)),
              HasSubstr("cp1   " + std::string(28, 'w') + "...  1\n"));
}

TEST(TerminalPage, TheLastColumnOfProseWraps) {
  Page page{"t", {{{Table{{"NAME", "WHAT"}, {{"cp1", "one two three four five six seven"}}}}}}};
  EXPECT_EQ(rendered(page, Format::terminal, plain(24)),
            "NAME  WHAT\ncp1   one two three four\n      five six seven\n");
}

}  // namespace
}  // namespace nightlatch::report
