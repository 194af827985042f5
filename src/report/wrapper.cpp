#include "report/wrapper.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

Page page_of(const node::Wrapper& wrapper) {
  Page page{"The one command that sudo allows on a node", {}};
  page.add({{Headline{{Text("wrapper", Tone::bold), exact(wrapper.path)}}}});
  page.add({{Paragraph{
                 "Install it on every control-plane node, owned by root and writable for root alone. It runs "
                 "only a script whose SHA-256 it knows; parameters and payloads are data to it."},
             Commands{{{"nightlatch node wrapper -o sh >nightlatch-node", "writes it into a file"},
                       {fmt::format("install -o root -g root -m 0755 nightlatch-node {}", wrapper.path),
                        "on the node, as root"}}}}});
  page.add(
      {{CodeBlock{"scripts that it runs, by SHA-256", join(wrapper.known, "\n")},
        CodeBlock{"a file in /etc/sudoers.d", wrapper.sudoers}, CodeBlock{"or /etc/doas.conf", wrapper.doas},
        CodeBlock{"inventory", fmt::format("ssh: {{become: sudo, wrapper: {}}}", wrapper.path)}}});
  page.add({{Paragraph{"Nothing was changed."}}});
  return page;
}

std::string wrapper_json(const node::Wrapper& wrapper) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/wrapper/v1";
  json["path"] = wrapper.path;
  json["sha256"] = sha256_hex(wrapper.script);
  json["scripts"] = wrapper.known;
  json["sudoers"] = wrapper.sudoers;
  json["doas"] = wrapper.doas;
  json["script"] = wrapper.script;
  return dump(json);
}

}  // namespace nightlatch::report
