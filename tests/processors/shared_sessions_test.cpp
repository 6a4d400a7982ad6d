// SPDX-License-Identifier: Apache-2.0
#include <tests/processors/worker_bench.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

using namespace annals;
using namespace annals::processors;
using namespace annals::processors::tests;
using namespace std::chrono_literals;
using annals::tests::waited_until;

namespace {

/// A tally that notes in which sessions it worked, and leaves in them what a session can hold.
class careless_tally final : public tally {
public:
    using tally::tally;
    void prepare(pqxx::connection& session) override
    {
        ++prepared;
        session.prepare("theirs", "select '" + id().name + "'");
        pqxx::nontransaction(session).exec("create temporary table mine (n int); set work_mem = '1MB'");
    }
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        const std::scoped_lock lock(mutex);
        sessions.insert(tx.query_value<int>("select pg_backend_pid()"));
        is_alone = is_alone && tx.exec(pqxx::prepped{"theirs"}).one_field().view() == id().name;
        tx.exec("insert into mine values (1)").no_rows();
        tally::apply(tx, events);
    }
    std::atomic<int> prepared = 0;
    std::atomic<bool> is_alone = true;       ///< what it finds in its session is its own
    std::mutex mutex;
    std::set<int> sessions;
};

}  // namespace

TEST_CASE("more projections than sessions share them, and nothing of one is left in a session of the next")
{
    worker_bench at;
    std::vector<std::shared_ptr<careless_tally>> tallies;
    processor_list all;
    for (int i = 0; i < 7; ++i)
        all.push_back(tallies.emplace_back(std::make_shared<careless_tally>("tally" + std::to_string(i))));
    append_things(at.memory, 40);
    auto working = at.start(all, {}, 2);
    const auto have_all = [&](std::int64_t count) {
        return std::ranges::all_of(tallies, [&](const auto& one) { return at.has(one->id().name, count); });
    };
    CHECK(waited_until(20s, [&] { return have_all(40); }));
    append_things(at.memory, 40);
    CHECK(waited_until(20s, [&] { return have_all(80); }));
    CHECK(at.sessions_called("projections") <= 2);
    std::set<int> sessions;
    for (const auto& one : tallies) {
        CHECK(one->is_alone);
        const std::scoped_lock lock(one->mutex);
        sessions.insert(one->sessions.begin(), one->sessions.end());
    }
    CHECK(sessions.size() == 2);
}

TEST_CASE("a projection that takes long does not delay the others while a session is free")
{
    worker_bench at;
    const auto slow = std::make_shared<tally>("slow");
    std::atomic<bool> is_released = false;
    slow->before = [&](const auto&) {
        while (!is_released) std::this_thread::sleep_for(5ms);
    };
    append_things(at.memory, 1);
    auto working = at.start({slow, std::make_shared<tally>("one"), std::make_shared<tally>("other")}, {}, 2);
    CHECK(waited_until(8s, [&] { return at.has("one", 1) && at.has("other", 1); }));
    CHECK_FALSE(at.has("slow", 1));
    is_released = true;
    CHECK(waited_until(8s, [&] { return at.has("slow", 1); }));
}

TEST_CASE("a worker that is asked to stop ends although projections wait for a session")
{
    worker_bench at;
    const auto slow = std::make_shared<tally>("slow");
    std::atomic<bool> is_busy = false, is_released = false;
    slow->before = [&](const auto&) {
        is_busy = true;
        while (!is_released) std::this_thread::sleep_for(5ms);
    };
    append_things(at.memory, 1);
    auto working = at.start(
        {slow}, [&] { return is_busy ? processor_list{std::make_shared<tally>("one")} : processor_list{}; }, 1);
    CHECK(waited_until(8s, [&] { return is_busy.load(); }));
    CHECK(waited_until(8s, [&] { return at.says("takes over logs projection=one"); }));
    working.request_stop();
    is_released = true;
    working.join();
    CHECK(at.logs_per_process().empty());
}
