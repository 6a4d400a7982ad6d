// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/session_pool.hpp>

#include <cstdint>

namespace annals::libpq {

using namespace eventstore;

namespace {

/// Every statement here is an index scan, whatever its values. Without these settings the server would sort a table
/// that was not analysed and plan each call again. It would also JIT-compile scans of large logs, which takes ten
/// times as long as a page.
constexpr auto along_the_indexes = R"sql(
    set enable_seqscan = off;
    set enable_bitmapscan = off;
    set enable_sort = off;
    set max_parallel_workers_per_gather = 0;
    set plan_cache_mode = force_generic_plan;
)sql";

}  // namespace

session_pool::session::session(const std::string& dsn, connection::time_point until) : link(dsn, "reads", {}, until)
{
    link.execute(along_the_indexes);
}

auto session_pool::session::query(const char* statement, const parameters& values) -> result
{
    const auto name = "s" + std::to_string(reinterpret_cast<std::uintptr_t>(statement));
    if (prepared.insert(statement).second) link.prepare(name, statement, values);
    return link.query_prepared(name, values);
}

auto session_pool::query(const char* statement, const parameters& values) -> result
{
    constexpr int attempts = 3;
    const auto until = std::chrono::steady_clock::now() + patience_;
    const place own(*this, until);
    for (int attempt = 1;; ++attempt) {
        auto used = take_kept();
        try {
            if (used) used->link.answer_by(until);
            else used.emplace(dsn_, until);
            auto rows = used->query(statement, values);
            keep(*std::move(used));
            return rows;
        } catch (const unavailable&) {
            if (attempt == attempts || std::chrono::steady_clock::now() >= until) throw;
            const std::scoped_lock lock(mutex_);
            kept_.clear();                       // the server may have been restarted
        }
    }
}

session_pool::place::place(session_pool& of, connection::time_point until) : of_(of)
{
    std::unique_lock lock(of_.mutex_);
    if (!of_.freed_.wait_until(lock, until, [this] { return of_.in_use_ < of_.sessions_max_; }))
        throw unavailable("all sessions are waiting for the server's answers");
    ++of_.in_use_;
}

session_pool::place::~place()
{
    {
        const std::scoped_lock lock(of_.mutex_);
        --of_.in_use_;
    }
    of_.freed_.notify_one();
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
    kept_.push_back(std::move(used));
}

}  // namespace annals::libpq
