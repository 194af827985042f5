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

const std::string terminations = "apiserver_request_terminations_total";
const std::string began = "process_start_time_seconds 1.76391e+09\n";

std::string terminated(const std::string& code, const std::string& value) {
  return terminations + "{code=\"" + code + "\",component=\"apiserver\",verb=\"LIST\"} " + value + "\n";
}

TEST(RejectedRequests, Only429CountsAndAllOfThemDo) {
  std::string text = "# HELP " + terminations + " [ALPHA] Number of requests\n# TYPE " + terminations +
                     " counter\n" + terminated("429", "7") + terminated("504", "3") +
                     terminated("429", "1.2e+06") + began;
  EXPECT_EQ(rejected_requests(text), (facts::Rejected{1'200'007, "1.76391e+09"}));
}

TEST(RejectedRequests, ACounterThatWasNeverRaisedIsNotExported) {
  EXPECT_EQ(rejected_requests("apiserver_request_total{code=\"429\"} 9\n" + began),
            (facts::Rejected{0, "1.76391e+09"}));
}

TEST(RejectedRequests, WithoutTheStartOfTheProcessACountMeansNothing) {
  EXPECT_EQ(rejected_requests(terminated("429", "7")), std::nullopt);
  EXPECT_EQ(rejected_requests(began + began), std::nullopt);
  EXPECT_EQ(rejected_requests("process_start_time_seconds 1.76"), std::nullopt) << "the line is cut";
}

TEST(RejectedRequests, WhatIsNoCountIsNoAnswer) {
  for (const char* value : {"", "-1", "NaN", "+Inf", "seven", "1e+300", "7x"})
    EXPECT_EQ(rejected_requests(terminated("429", value) + began), std::nullopt) << value;
  EXPECT_EQ(rejected_requests(terminations + "{code=\"429\n" + began), std::nullopt);
}

}  // namespace
}  // namespace nightlatch::api
