#include "report/html_style.hpp"

namespace nightlatch::report {

const std::string_view html_style = R"css(
:root {
  --paper: #ffffff; --ink: #1d2126; --soft: #5a626c; --line: #d5dae0; --box: #f5f7f9;
  --ok: #17692f; --warning: #855600; --bad: #b3261e;
  --added: #e4f4e7; --removed: #fbe9e7; --bar: #3f6f9f;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #e3e6ea; --soft: #a2abb5; --line: #343b43; --box: #1e2328;
    --ok: #7fce92; --warning: #e5b765; --bad: #ff9d93;
    --added: #18351f; --removed: #43201d; --bar: #7fb0df;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
header { border-bottom: 2px solid var(--line); padding-bottom: .75rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; line-height: 1.35; margin: 0 0 .5rem; }
h2 code { font-weight: 400; }
* + h2 { margin-top: 1.5rem; }
h3 { font-size: 1rem; line-height: 1.35; margin: 1.25rem 0 .35rem; }
h3 code { font-weight: 400; }
ul, ol { margin: .25rem 0 .75rem; padding-left: 1.5rem; }
li { margin: .2rem 0; }
.boxes { list-style: none; padding-left: 0; }
.boxes li { padding-left: 1.75rem; text-indent: -1.75rem; margin: .4rem 0; }
.boxes li::before {
  content: ""; display: inline-block; box-sizing: border-box; width: 1rem; height: 1rem; margin-right: .75rem;
  border: 1px solid var(--ink); border-radius: .125rem; vertical-align: -.15em;
}
p { margin: .25rem 0; }
.about { color: var(--soft); display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
section { margin-top: 1.75rem; }
code, .diff, .text { font-family: var(--mono); font-size: .875em; }
.strong { font-weight: 600; }
.dim { color: var(--soft); }
.ok { color: var(--ok); }
.warning { color: var(--warning); }
.bad { color: var(--bad); }
dl { margin: 0; }
dl div { display: grid; grid-template-columns: minmax(6rem, 9rem) 1fr; gap: 0 1rem; padding: .2rem 0; }
dt { color: var(--soft); grid-row: span 9; }
dd { margin: 0; grid-column: 2; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-size: .8rem; font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 600; }
/* No column is so narrow that a word of it breaks; what is long stands in the last one. */
th, td { overflow-wrap: break-word; }
td:last-child { overflow-wrap: anywhere; }
td { white-space: pre-wrap; }
td:empty { height: 2.25rem; }
.diff, .text {
  background: var(--box); border: 1px solid var(--line); border-radius: .375rem;
  padding: .5rem 0; line-height: 1.45; margin: .25rem 0 .75rem;
}
.diff div, .text div { white-space: pre-wrap; padding: 0 .75rem 0 3.5ch; text-indent: -2ch; min-height: 1.45em; }
.copy { position: relative; }
.copy.offered { padding-right: 4.75rem; }
.copy button {
  position: absolute; top: .35rem; right: .35rem; padding: .15rem .6rem; user-select: none; cursor: pointer;
  font: .8rem/1.5 system-ui, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: .25rem;
}
.added { background: var(--added); }
.removed { background: var(--removed); }
.hunk { color: var(--soft); }
.file { font-weight: 600; }
.check { color: var(--ink); border-left: .25rem solid currentColor; padding: .1rem 0 .1rem .75rem; margin: .5rem 0; }
.check.ok { border-color: var(--ok); }
.check.warning { border-color: var(--warning); }
.check.bad { border-color: var(--bad); }
.mark { font-size: .8rem; font-weight: 700; }
.check.ok .mark { color: var(--ok); }
.check.warning .mark { color: var(--warning); }
.check.bad .mark { color: var(--bad); }
.code { color: var(--soft); font-family: var(--mono); font-size: .8em; white-space: nowrap; }
.subject { color: var(--soft); font-size: .875rem; }
.note, .detail { color: var(--soft); font-size: .9rem; }
.chart { margin: .5rem 0; }
.bars { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr 5rem; gap: 0 .75rem; align-items: end; padding: .2rem 0; }
.bars svg { width: 100%; height: 2.25rem; border-bottom: 1px solid var(--line); }
.bars rect { fill: var(--bar); }
.most { color: var(--soft); font-size: .875rem; text-align: right; font-variant-numeric: tabular-nums; }
.axis { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 0 1rem; color: var(--soft); font-size: .8rem;
  margin-left: 14.75rem; margin-right: 5.75rem; }
figure { margin: 0; }
* + figure { margin-top: 1.25rem; }
figcaption { font-weight: 600; margin-bottom: .35rem; }
figure > svg { display: block; overflow: visible; }
figure details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
figure text, .legend text { fill: var(--ink); font-size: 12px; }
figure text.soft { fill: var(--soft); }
figure text.head, figure text.letter { font-weight: 700; }
figure text.letter { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
figure .edge { stroke: var(--line); stroke-width: 1; }
figure pattern .ground { fill: var(--box); }
figure pattern path { stroke: var(--bar); stroke-width: 1.5; fill: none; }
figure pattern circle { fill: var(--bar); }
figure rect.bar { stroke: var(--bar); stroke-width: 1.5; }
figure rect.failed { stroke: var(--bad); stroke-width: 2.5; }
figure rect.usual, figure rect.refused { fill: var(--bar); stroke: var(--bar); stroke-width: 1; }
figure rect.slowest { fill: none; stroke: var(--bar); stroke-width: 1; stroke-dasharray: 3 2; }
figure rect.open { fill: var(--paper); stroke: var(--bar); stroke-width: 1.5; }
figure .cross { stroke: var(--bar); stroke-width: 1.5; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1rem; margin: .35rem 0 0; padding: 0; font-size: .8rem; color: var(--soft); }
.legend svg { vertical-align: -.2em; }
.next { list-style: none; margin: 0; padding: 0; }
.next li { margin: .35rem 0; }
.next code {
  display: inline-block; background: var(--box); border: 1px solid var(--line); border-radius: .375rem;
  padding: .25rem .6rem; white-space: pre-wrap;
}
.purpose { color: var(--soft); }
@media (max-width: 40rem) {
  body { padding: 1rem .875rem 2rem; }
  dl div { grid-template-columns: 1fr; padding: .3rem 0; }
  dd { grid-column: 1; }
  dt { grid-row: auto; font-size: .875rem; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  th, td { border: 0; padding: .1rem 0; overflow-wrap: anywhere; }
  td:empty, td[data-label]:empty { display: none; }
  .bars { grid-template-columns: 1fr auto; }
  .bars svg { grid-column: 1 / -1; grid-row: 2; }
  .axis { margin: 0; }
  td[data-label] { display: grid; grid-template-columns: 9.5rem 1fr; gap: .75rem; }
  td[data-label]::before { content: attr(data-label); color: var(--soft); font-size: .875rem; }
}
@media print {
  :root {
    font-size: 10pt;
    --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --box: #ffffff;
    --ok: #0f5a26; --warning: #6b4500; --bad: #9a1a13; --added: #e9f5eb; --removed: #fbecea; --bar: #444444;
  }
  body { max-width: none; padding: 0; }
  h2, h3, thead { break-after: avoid; }
  li, .boxes li { break-inside: avoid; }
  .copy.offered { padding-right: 0; }
  .copy button { display: none; }
  tr, .check, .next li { break-inside: avoid; }
  figure > svg, .legend { break-inside: avoid; }
  figcaption { break-after: avoid; }
  summary { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .diff div, .bars rect, figure svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace nightlatch::report
