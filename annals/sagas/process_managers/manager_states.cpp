// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/manager_states.hpp>

#include <annals/libpq/parameters.hpp>

#include <cstddef>

namespace annals::sagas {
namespace {

using libpq::array;

constexpr auto select_states = R"(
    select wanted.key, found.state::text from unnest($3::text[]) wanted(key)
    cross join lateral (select s.state from annals.process_manager_states s
                        where s.processor = $1 and s.version = $2 and s.key = wanted.key limit 1) found)";

constexpr auto upsert_states = R"(
    insert into annals.process_manager_states (processor, version, key, state)
    select $1, $2, key, state::jsonb from unnest($3::text[], $4::text[]) changed(key, state)
    on conflict (processor, version, key) do update set state = excluded.state)";

auto as_bytes(const std::string& text) -> pqxx::bytes_view
{
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace

auto manager_states::load(pqxx::transaction_base& tx, const std::vector<std::string>& keys) const
    -> std::map<std::string, std::string>
{
    auto wanted = array::of<std::string_view>();
    for (const auto& key : keys) wanted.add(std::string_view(key));
    const auto bytes = std::move(wanted).bytes();
    std::map<std::string, std::string> found;
    for (const auto& row : tx.exec(select_states, pqxx::params{of_.name, of_.version, as_bytes(bytes)}))
        found.emplace(row[0].view(), row[1].view());
    return found;
}

void manager_states::store(pqxx::transaction_base& tx, const std::map<std::string, std::string>& all) const
{
    auto keys = array::of<std::string_view>(), states = array::of<std::string_view>();
    for (const auto& [key, state] : all) {
        keys.add(std::string_view(key));
        states.add(std::string_view(state));
    }
    const auto key_bytes = std::move(keys).bytes(), state_bytes = std::move(states).bytes();
    tx.exec(upsert_states, pqxx::params{of_.name, of_.version, as_bytes(key_bytes), as_bytes(state_bytes)});
}

}  // namespace annals::sagas
