#include "api/metrics.hpp"

#include <gtest/gtest.h>

namespace nightlatch::api {
namespace {

const std::string hash = "sha256:" + std::string(64, 'a');
const std::string other = "sha256:" + std::string(64, 'b');
const std::string name = "apiserver_authentication_config_controller_last_config_info";

std::string line(const std::string& labels, const std::string& value = "1") {
  return name + "{" + labels + "} " + value + "\n";
}

TEST(Metrics, TheHashLabelIsReadAndNotTheServersId) {
  std::string text = "# HELP " + name + " [ALPHA] Information\n# TYPE " + name + " gauge\n" +
                     line("apiserver_id_hash=\"" + other + "\",hash=\"" + hash + "\"") + "next_metric 1\n";
  EXPECT_EQ(loaded_config_hash(text), hash);
  EXPECT_EQ(loaded_config_hash(line("hash=\"" + hash + "\",apiserver_id_hash=\"" + other + "\"")), hash);
}

TEST(Metrics, OlderServersHaveNoHash) {
  EXPECT_EQ(loaded_config_hash(""), std::nullopt);
  EXPECT_EQ(loaded_config_hash("apiserver_request_total{code=\"200\"} 7\n"), std::nullopt);
  EXPECT_EQ(loaded_config_hash(line("apiserver_id_hash=\"" + other + "\"")), std::nullopt);
}

TEST(Metrics, AReplacedConfigurationDoesNotCount) {
  EXPECT_EQ(loaded_config_hash(line("hash=\"" + other + "\"", "0") + line("hash=\"" + hash + "\"")), hash);
}

TEST(Metrics, TwoLoadedConfigurationsAreNoAnswer) {
  EXPECT_EQ(loaded_config_hash(line("hash=\"" + other + "\"") + line("hash=\"" + hash + "\"")), std::nullopt);
}

TEST(Metrics, TheNameInsideAnotherLineDoesNotCount) {
  EXPECT_EQ(loaded_config_hash("x{a=\"" + name + "{hash=\\\"" + hash + "\\\"}\"} 1\n"), std::nullopt);
}

TEST(Metrics, BrokenLinesAreNoAnswer) {
  for (const std::string& text :
       {name + "{", name + "{\n", name + "{hash=\n", name + "{hash=\"" + hash + "\n",
        name + "{hash=\"" + hash + "\"\n", line("hash=\"sha256:abc\""), line("hash=\"" + hash + "\\"),
        name + "{hash=\"" + hash + "\"} 1"}) {
    EXPECT_EQ(loaded_config_hash(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace nightlatch::api
