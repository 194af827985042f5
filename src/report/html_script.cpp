#include "report/html_script.hpp"

#include <charconv>

#include <fmt/format.h>

#include "util/hash.hpp"

namespace nightlatch::report {

const std::string_view copy_script = R"js(
for (const box of document.querySelectorAll('.copy')) {
  const text = Array.from(box.children, (line) => line.textContent).join('\n');
  const button = document.createElement('button');
  button.type = 'button';
  const say = (word) => { button.textContent = word; };
  const selected = () => {
    const range = document.createRange();
    range.setStartBefore(box.firstChild);
    range.setEndBefore(button);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    say('Selected');
  };
  button.addEventListener('click', () => {
    const copying = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject();
    copying.then(() => say('Copied'), selected);
    setTimeout(say, 3000, 'Copy');
  });
  say('Copy');
  box.append(button);
  box.classList.add('offered');
}
)js";

std::string content_security_policy(std::string_view script) {
  std::string allowed;
  if (!script.empty()) {
    std::string bytes;
    const std::string hex = sha256_hex(script);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      unsigned char byte = 0;
      std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
      bytes += static_cast<char>(byte);
    }
    allowed = fmt::format(" script-src 'sha256-{}';", base64_encode(bytes));
  }
  return fmt::format("default-src 'none'; style-src 'unsafe-inline';{} base-uri 'none'; form-action 'none'",
                     allowed);
}

}  // namespace nightlatch::report
