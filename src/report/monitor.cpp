#include "report/monitor.hpp"

#include <nlohmann/json.hpp>

#include "report/json.hpp"

namespace nightlatch::report {

std::string monitor_json(const MonitorText& rendered) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/monitor/v1";
  json["kind"] = name(rendered.kind);
  if (!rendered.engine.empty()) json["engine"] = rendered.engine;
  if (!rendered.file.empty()) json["file"] = rendered.file;
  json["text"] = rendered.text;
  return dump(json);
}

}  // namespace nightlatch::report
