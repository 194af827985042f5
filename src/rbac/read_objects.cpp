#include "rbac/read_objects.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rbac/decode_object.hpp"
#include "rbac/documents.hpp"
#include "rbac/errors.hpp"

namespace nightlatch::rbac {

namespace {

using access::ConfigValue;

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io/";

// Positions in the vectors of Objects, by kind, namespace and name.
using Index = std::map<std::tuple<Scope, std::string, std::string>, std::size_t>;

template <class T>
void index(const std::vector<T>& all, Index& into) {
  for (std::size_t i = 0; i < all.size(); ++i) into[{all[i].scope, all[i].name_space, all[i].name}] = i;
}

class ObjectTaker {
 public:
  ObjectTaker(Objects& objects, const std::string& file) : objects_(objects), file_(file) {
    index(objects.roles, roles_);
    index(objects.bindings, bindings_);
  }

  Status take(const ListedObject& listed, const Place& place) {
    const ConfigValue& object = listed.value;
    if (object.kind != ConfigValue::Kind::object)
      return wrong("an object is expected in the list", place(object.at));
    ObjectDecoder decoder(place);
    NL_ASSIGN(std::string kind, decoder.text(object, "kind", "kind"));
    NL_ASSIGN(std::string version, decoder.text(object, "apiVersion", "apiVersion"));
    if (kind.empty() && listed.kind_of_the_list.ends_with("List"))
      kind = listed.kind_of_the_list.substr(0, listed.kind_of_the_list.size() - 4);
    if (kind.empty()) return wrong("the object has no kind", place(object.at));
    // The items of an API's own list name no group; OpenShift has kinds of the same names in another group.
    if (!version.empty() && !version.starts_with(rbac_group)) kind.clear();
    return add(object, kind, place);
  }

 private:
  static tl::unexpected<Error> wrong(std::string message, SourcePlace place,
                                     const ErrorCode& code = rbac_errors::wrong_type) {
    return fail(Error{.code = code, .message = std::move(message), .place = std::move(place)});
  }

  Status add(const ConfigValue& object, std::string_view kind, const Place& place) {
    ObjectDecoder decoder(place);
    if (kind == "ClusterRole" || kind == "Role") {
      Scope scope = kind == "Role" ? Scope::name_space : Scope::cluster;
      (scope == Scope::cluster ? objects_.seen.cluster_roles : objects_.seen.roles) = true;
      NL_ASSIGN(Role role, decoder.role(object, scope));
      return keep(std::move(role), place, object.at, objects_.roles, roles_);
    }
    if (kind == "ClusterRoleBinding" || kind == "RoleBinding") {
      Scope scope = kind == "RoleBinding" ? Scope::name_space : Scope::cluster;
      (scope == Scope::cluster ? objects_.seen.cluster_role_bindings : objects_.seen.role_bindings) = true;
      NL_ASSIGN(Binding binding, decoder.binding(object, scope));
      return keep(std::move(binding), place, object.at, objects_.bindings, bindings_);
    }
    ++objects_.others;
    return {};
  }

  template <class T>
  Status keep(T made, const Place& place, std::size_t at, std::vector<T>& all, Index& places) {
    auto [there, fresh] = places.emplace(std::tuple(made.scope, made.name_space, made.name), all.size());
    if (fresh) {
      all.push_back(std::move(made));
      return {};
    }
    if (all[there->second] == made) return {};
    return wrong(
        fmt::format("{} {} stands in {} twice, with different contents", kind_of(made), made.name, file_),
        place(at), rbac_errors::two_versions);
  }

  Objects& objects_;
  const std::string& file_;
  Index roles_;
  Index bindings_;
};

}  // namespace

Status read_objects(std::string_view bytes, const std::string& file, Objects& objects) {
  ObjectTaker taker(objects, file);
  return read_documents(
      bytes, file, [&](const ListedObject& listed, const Place& place) { return taker.take(listed, place); });
}

Result<Objects> read_objects(std::string_view bytes, const std::string& file) {
  Objects objects;
  NL_TRY(read_objects(bytes, file, objects));
  if (!objects.roles.empty() || !objects.bindings.empty()) return objects;
  std::string others = objects.others == 0 ? "" : fmt::format(": it has {} of other kinds", objects.others);
  return fail(rbac_errors::no_objects,
              fmt::format("{} holds no object of ClusterRole, ClusterRoleBinding, Role or RoleBinding{}",
                          file, others));
}

}  // namespace nightlatch::rbac
