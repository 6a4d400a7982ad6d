// SPDX-License-Identifier: Apache-2.0
#include <annals/app/existing_category.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/suggestion.hpp>

#include <vector>

namespace annals::app {

auto existing_category(eventstore::store& store, const std::string& name) -> eventstore::category
{
    if (auto found = store.find_category(name)) return *found;
    std::vector<std::string> names;
    for (const auto& category : store.categories()) names.push_back(category.name);
    throw failure("there is no category \"" + name + "\"", did_you_mean(name, names, "`annals categories` lists them"));
}

}  // namespace annals::app
