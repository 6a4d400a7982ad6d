// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/session_pool.hpp>

#include <cstdint>

namespace annals::eventstore::postgres {

auto session_pool::session::query(const char* statement, const parameters& values) -> result
{
    const auto name = "s" + std::to_string(reinterpret_cast<std::uintptr_t>(statement));
    if (prepared.insert(statement).second) link.prepare(name, statement, values);
    return link.query_prepared(name, values);
}

auto session_pool::query(const char* statement, const parameters& values) -> result
{
    if (auto kept = take_kept()) {
        try {
            auto rows = kept->query(statement, values);
            keep(*std::move(kept));
            return rows;
        } catch (const unavailable&) {
            const std::scoped_lock lock(mutex_);
            kept_.clear();                       // the others are gone as well, or will be replaced cheaply
        }
    }
    session fresh{connection(dsn_), {}};
    auto rows = fresh.query(statement, values);
    keep(std::move(fresh));
    return rows;
}

auto session_pool::take_kept() -> std::optional<session>
{
    const std::scoped_lock lock(mutex_);
    if (kept_.empty()) return {};
    std::optional<session> last(std::move(kept_.back()));
    kept_.pop_back();
    return last;
}

void session_pool::keep(session used)
{
    const std::scoped_lock lock(mutex_);
    if (kept_.size() < kept_max) kept_.push_back(std::move(used));
}

}  // namespace annals::eventstore::postgres
