#include "plan/host_recipe.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "util/hash.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view host_ansible;
extern const std::string_view host_cloud_init;
extern const std::string_view host_shell;
}  // namespace nightlatch::embedded

namespace nightlatch::plan {

namespace {

using facts::FileFacts;

struct FormRow {
  RecipeForm form;
  std::string_view name;
  const std::string_view* text;  // the template
  std::string_view nothing;      // what follows its head where there is nothing to do
};

const std::array recipe_forms{
    FormRow{RecipeForm::cloud_init, "cloud-init", &embedded::host_cloud_init, "runcmd: [\"true\"]\n"},
    FormRow{RecipeForm::ansible, "ansible", &embedded::host_ansible,
            "- name: What a control-plane host needs before kubeadm join\n  hosts: all\n  tasks: []\n"},
    FormRow{RecipeForm::shell, "shell", &embedded::host_shell, "exit 0\n"},
};

const FormRow& form_row(RecipeForm form) {
  return *std::find_if(recipe_forms.begin(), recipe_forms.end(),
                       [&](const FormRow& row) { return row.form == form; });
}

// The first word of the line by which a printed text is known, and the version of that line.
constexpr std::string_view recipe_mark = "# nightlatch-host 1 ";

std::string mark_line(const HostRecipe& recipe, RecipeForm form) {
  std::string line = fmt::format("{}form={} made={} by={} cluster={}", recipe_mark, name(form), recipe.made,
                                 recipe.by, recipe.cluster_uid);
  if (!recipe.file) return line + " file=none";
  const FileFacts& file = *recipe.file;
  return fmt::format("{} file={} sha256={} owner={} mode={}", line, file.path, file.sha256, file.owner,
                     file.mode);
}

std::string recipe_head_text(const HostRecipe& recipe, RecipeForm form) {
  std::string what =
      recipe.file ? fmt::format("configuration {}\n#   sha256 {}", recipe.file->path, recipe.file->sha256)
                  : "state: no manifest names a configuration file";
  return fmt::format(
      "# What a control-plane host needs before kubeadm join. nightlatch {} printed it on {}:\n"
      "#   nightlatch node prepare --print {}\n"
      "# It is stale as soon as the nodes of the cluster have another\n#   {}\n"
      "# nightlatch node prepare --check FILE says so: exit 0 as it would be printed today, exit 6 "
      "stale.\n{}",
      recipe.by, recipe.made, name(form), what, mark_line(recipe, form));
}

struct Folder {
  std::string path;
  std::string owner;
  std::string mode;
};

// As the node's script makes them (src/node/agent/verbs.sh, do_place), and only where they are missing.
std::vector<Folder> folders_of(const FileFacts& file) {
  const std::string kubernetes = "/etc/kubernetes";
  const std::string folder = file.path.substr(0, file.path.rfind('/'));
  std::vector<Folder> folders;
  if (folder.starts_with(kubernetes)) folders.push_back({kubernetes, "0:0", "0755"});
  if (folder == kubernetes) return folders;
  if (folder.starts_with(kubernetes + "/")) {
    for (std::size_t end = folder.find('/', kubernetes.size() + 1); end != std::string::npos;
         end = folder.find('/', end + 1))
      folders.push_back({folder.substr(0, end), "0:0", "0700"});
  }
  bool read_by_all = std::string_view("4567").find(file.mode.back()) != std::string_view::npos;
  folders.push_back({folder, file.owner, read_by_all ? "0755" : "0750"});
  return folders;
}

std::string recipe_uid(const std::string& owner) {
  return owner.substr(0, owner.find(':'));
}
std::string recipe_gid(const std::string& owner) {
  return owner.substr(owner.find(':') + 1);
}

std::string folder_lines(const FileFacts& file, RecipeForm form) {
  std::vector<std::string> lines;
  for (const Folder& folder : folders_of(file)) {
    std::string install = fmt::format("install -d -m {} -o {} -g {} {}", folder.mode,
                                      recipe_uid(folder.owner), recipe_gid(folder.owner), folder.path);
    if (form == RecipeForm::ansible) {
      lines.push_back(
          fmt::format("    - name: Make {0}\n      ansible.builtin.command:\n        cmd: {1}\n"
                      "        creates: {0}",
                      folder.path, install));
    } else {
      lines.push_back(fmt::format("{}[ -d {} ] || {}{}",
                                  form == RecipeForm::cloud_init ? "- [sh, -c, \"" : "", folder.path, install,
                                  form == RecipeForm::cloud_init ? "\"]" : ""));
    }
  }
  return join(lines, "\n");
}

std::string indented_base64(std::string_view bytes, std::string_view indent) {
  std::vector<std::string> lines = base64_lines(bytes);
  for (std::string& line : lines) line.insert(0, indent);
  return join(lines, "\n");
}

// The inside of a YAML string in double quotes, a line for each line: exact, whatever the bytes, and
// readable.
std::string quoted_lines(std::string_view bytes) {
  constexpr std::string_view indent = "          ";
  std::string text;
  bool begins_line = true;
  for (char c : bytes) {
    if (begins_line) text += c == ' ' ? fmt::format("{}\\", indent) : std::string(indent);
    begins_line = c == '\n';
    bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (begins_line) {
      text += "\\n\\\n";
    } else if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (is_control) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  if (!begins_line) text += "\\\n";
  return text.substr(0, text.size() - 1);
}

std::string content_lines(const FileFacts& file, RecipeForm form) {
  if (form == RecipeForm::ansible) return quoted_lines(file.bytes);
  return indented_base64(file.bytes, form == RecipeForm::cloud_init ? "    " : "");
}

std::string four_digits(const std::string& mode) {
  return fmt::format("{:0>4}", mode);
}

bool is_plain_path(std::string_view path) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
  return path.starts_with('/') && path.find("/.") == path.npos && path.find_first_not_of(plain) == path.npos;
}

// "key=value" words; nullopt where one is none.
std::optional<std::map<std::string, std::string, std::less<>>> recipe_words(std::string_view line) {
  std::map<std::string, std::string, std::less<>> words;
  for (const std::string& word : split(trim(line), ' ')) {
    std::size_t equals = word.find('=');
    if (equals == std::string::npos) return std::nullopt;
    words[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return words;
}

std::size_t first_other_line(std::string_view text, std::string_view other) {
  auto [at, there] = std::ranges::mismatch(text, other);
  return 1 + static_cast<std::size_t>(std::count(text.begin(), at, '\n'));
}

void compare_files(const FileFacts& printed, const FileFacts& now, std::vector<std::string>& found) {
  auto compare = [&](std::string_view what, const std::string& then, const std::string& today) {
    if (then != today)
      found.push_back(fmt::format("{} is {} in the file, and {} on the nodes", what, then, today));
  };
  compare("The path of the configuration", printed.path, now.path);
  compare("The SHA-256 of the configuration", printed.sha256, now.sha256);
  compare("The owner of the configuration", printed.owner, now.owner);
  compare("The mode of the configuration", printed.mode, now.mode);
}

}  // namespace

std::string_view name(RecipeForm form) {
  return form_row(form).name;
}

std::optional<RecipeForm> recipe_form_named(std::string_view word) {
  auto row = std::find_if(recipe_forms.begin(), recipe_forms.end(),
                          [&](const FormRow& one) { return one.name == word; });
  return row == recipe_forms.end() ? std::nullopt : std::optional(row->form);
}

Result<std::string> recipe_text(const HostRecipe& recipe, RecipeForm form) {
  const FormRow& row = form_row(form);
  if (!recipe.file) {
    std::string_view start = row.text->substr(0, row.text->find("@HEAD@"));
    return fmt::format("{}{}\n{}", start, recipe_head_text(recipe, form), row.nothing);
  }
  const FileFacts& file = *recipe.file;
  if (!is_plain_path(file.path)) {
    return fail(plan_errors::recipe_path,
                fmt::format("{} has other characters than letters, digits and ._/-", file.path));
  }
  return filled(*row.text, {{"@HEAD@", recipe_head_text(recipe, form)},
                            {"@PATH@", file.path},
                            {"@SHA256@", file.sha256},
                            {"@OWNER@", file.owner},
                            {"@UID@", recipe_uid(file.owner)},
                            {"@GID@", recipe_gid(file.owner)},
                            {"@MODE@", four_digits(file.mode)},
                            {"@FOLDERS@", folder_lines(file, form)},
                            {"@CONTENT@", content_lines(file, form)}});
}

Result<RecipeHead> read_recipe_head(std::string_view text, const std::string& source) {
  auto unknown = [&](std::string_view why) {
    return fail(plan_errors::recipe_unknown, fmt::format("{}: {}", source, why));
  };
  std::size_t at = text.starts_with(recipe_mark) ? 0 : text.find(fmt::format("\n{}", recipe_mark));
  if (at == text.npos)
    return unknown(fmt::format("it has no line that begins with \"{}\"", trim(recipe_mark)));
  std::string_view line = text.substr(text.find(recipe_mark, at) + recipe_mark.size());
  auto words = recipe_words(line.substr(0, line.find('\n')));
  if (!words) return unknown("the line by which it is known cannot be read");
  auto form = recipe_form_named((*words)["form"]);
  std::string file = (*words)["file"];
  if (!form || file.empty()) return unknown("the line by which it is known names no form or no file");
  RecipeHead head{
      .form = *form,
      .recipe = {.cluster_uid = (*words)["cluster"], .made = (*words)["made"], .by = (*words)["by"]}};
  if (file != "none") {
    head.recipe.file = FileFacts{};
    head.recipe.file->path = file;
    head.recipe.file->sha256 = (*words)["sha256"];
    head.recipe.file->owner = (*words)["owner"];
    head.recipe.file->mode = (*words)["mode"];
  }
  return head;
}

Result<std::vector<std::string>> recipe_differences(const RecipeHead& head, std::string_view text,
                                                    HostRecipe today) {
  const HostRecipe& printed = head.recipe;
  std::vector<std::string> found;
  if (printed.cluster_uid != today.cluster_uid) {
    found.push_back(fmt::format("It is of another cluster: kube-system has the UID {} there, and {} here",
                                printed.cluster_uid, today.cluster_uid));
  }
  if (printed.file && today.file) compare_files(*printed.file, *today.file, found);
  if (printed.file && !today.file)
    found.emplace_back("The manifests of the nodes name no configuration file any more");
  if (!printed.file && today.file)
    found.push_back(
        fmt::format("The manifests of the nodes name {}, and the file places nothing", today.file->path));
  if (!found.empty()) return found;
  const bool is_other_version = printed.by != today.by;
  const std::string version = std::exchange(today.by, printed.by);
  today.made = printed.made;
  NL_ASSIGN(std::string now, recipe_text(today, head.form));
  if (now == text) return found;
  found.push_back(is_other_version
                      ? fmt::format("nightlatch {} printed it, and nightlatch {} prints it otherwise",
                                    printed.by, version)
                      : fmt::format("Line {} is not as it was printed", first_other_line(text, now)));
  return found;
}

}  // namespace nightlatch::plan
