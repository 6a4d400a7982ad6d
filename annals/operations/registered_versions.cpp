// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/registered_versions.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/suggestion.hpp>

namespace annals::operations {

namespace registry = projections::registry;

auto registered_versions(pqxx::transaction_base& tx, const std::string& projection, const std::string& program)
    -> std::vector<registry::entry>
{
    auto versions = registry::list(tx, projection);
    if (!versions.empty()) return versions;
    std::vector<std::string> names;
    for (const auto& entry : registry::list(tx)) names.push_back(entry.id.name);
    throw app::failure(
        "there is no projection \"" + projection + "\"",
        app::did_you_mean(projection, names, "`" + program + " projections list` shows those there are"));
}

}  // namespace annals::operations
