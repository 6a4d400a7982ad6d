// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <tests/projections/sql/random_events.hpp>
#include <tests/projections/sql/random_projection.hpp>
#include <tests/support/database.hpp>
#include <tests/support/kept_lines.hpp>
#include <tests/support/property.hpp>

#include <algorithm>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace annals;
using processors::batch_applier;

namespace {

/// A source of whims: how much is read and applied at a time, and when something breaks.
class whims {
public:
    explicit whims(std::optional<unsigned> seed) : random_(seed.value_or(0)), has_any_(seed.has_value()) {}

    auto one_in(unsigned count) -> bool { return has_any_ && random_() % count == 0; }
    /// From 1 to that; without whims always 1.
    auto upto(std::size_t most) -> std::size_t { return has_any_ ? 1 + random_() % most : 1; }

private:
    std::minstd_rand random_;
    bool has_any_;
};

/// Hands out pages of any size.
class cut_feed final : public processors::feed {
public:
    cut_feed(eventstore::store& store, whims& how) : behind_(store), how_(how) {}
    auto next(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page)
        -> std::vector<eventstore::recorded_event> override
    {
        auto size = page;
        size.events_max = std::min(page.events_max, how_.upto(12));
        return behind_.next(cursors, size);
    }
    auto changes() -> eventstore::change_signal& override { return behind_.changes(); }

private:
    processors::log_feed behind_;
    whims& how_;
};

/// Takes batches of any size, and sometimes breaks when all is written.
class cut_projection final : public projections::sql_projection {
public:
    cut_projection(const projections::sql_file& file, whims& how) : sql_projection(file), how_(how) {}
    auto batch_size(std::span<const eventstore::recorded_event> events) const -> std::size_t override
    {
        return how_.one_in(3) ? events.size() : how_.upto(std::min<std::size_t>(events.size(), 6));
    }
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        sql_projection::apply(tx, events);
        if (how_.one_in(25)) throw eventstore::unavailable("injected");
    }

private:
    whims& how_;
};

/// One way of applying a file to events, as processes would: each has some of the logs where they may be shared.
class way {
public:
    way(const std::string& dsn, eventstore::store& store, const projections::sql_file& file, whims& how)
        : dsn_(dsn), store_(store), how_(how), feed_(store, how), projection_(file, how)
    {
        start();
    }

    /// Everything that is there, or some of it; returns why it stopped, or nothing.
    auto work(bool until_done) -> std::string
    {
        for (auto steps = how_.upto(8); steps > 0 || until_done; --steps) {
            if (how_.one_in(30)) start();
            std::size_t applied = 0;
            bool waits = false;
            for (auto& one : at_work_) try {
                    one.read_again();
                    applied += one.step();
                    waits = waits || one.waits_for();
                } catch (const eventstore::unavailable&) {
                    one.disconnect();
                    one.connect(processors::open_model_connection(dsn_, "test"));
                    ++applied;
                } catch (const processors::inapplicable& stopped) {
                    return stopped.what();
                }
            if (applied == 0 && !waits) break;
        }
        return {};
    }

private:
    void start()
    {
        at_work_.clear();
        pqxx::connection session(dsn_);
        const auto logs = processors::number_logs(session, store_, projection_.categories());
        const bool is_shared = projection_.distribution() == processors::work_distribution::by_log;
        const auto border = is_shared ? static_cast<std::ptrdiff_t>(how_.upto(logs.size())) : std::ssize(logs);
        for (const auto& part :
             {std::vector(logs.begin(), logs.begin() + border), std::vector(logs.begin() + border, logs.end())}) {
            if (part.empty()) continue;
            auto& one = at_work_.emplace_back(projection_, store_, feed_);
            one.connect(processors::open_model_connection(dsn_, "test"));
            one.work_on(part);
        }
    }

    std::string dsn_;
    eventstore::store& store_;
    whims& how_;
    cut_feed feed_;
    cut_projection projection_;
    std::list<batch_applier> at_work_;
};

struct bench {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    bench() { telemetry::send_log_to(std::make_shared<tests::kept_lines>()); }
    ~bench() { telemetry::send_log_to(nullptr); }

    /// What a file makes of the events: its rows, what is parked, where it stopped. Appended to the store as it works,
    /// unless they are there.
    auto outcome(const std::string& text, eventstore::store& store, const std::vector<tests::random_event>& events,
                 std::optional<unsigned> seed) -> std::string
    {
        const auto file = projections::parse_sql(text, "random.sql");
        remove();
        projections::registry::apply(session, file.definition());
        std::string seen;
        {
            whims how(seed);
            way applied(database.dsn(), store, registered(), how);
            for (const auto& one : events) {
                REQUIRE(store.append(one.request()));
                if (how.one_in(6) && seen.empty()) seen = applied.work(false);
            }
            if (seen.empty()) seen = applied.work(true);
        }
        return "stopped: " + seen + "\n" + parked() + rows();
    }

private:
    void remove()
    {
        {
            pqxx::nontransaction tx(session);
            if (!projections::registry::find(tx, {"random", 1})) return;
        }
        projections::registry::remove(session, "random");
    }

    auto registered() -> projections::sql_file
    {
        pqxx::nontransaction tx(session);
        return projections::registry::file_of(projections::registry::find(tx, {"random", 1}).value());
    }

    auto lines(const std::string& of) -> std::string
    {
        pqxx::nontransaction tx(session);
        return tx.query_value<std::string>(
            "select coalesce(string_agg(t::text, e'\\n' order by t::text), '') || e'\\n' "
            "from ("
            + of + ") t");
    }

    auto parked() -> std::string
    {
        return "parked:\n"
               + lines("select k.category, k.partition, k.key, k.type, k.events, k.reason, array(select e.position "
                       "from annals.parked_events e join annals.logs l using (log) where e.key = k.key "
                       "and (l.category, l.partition) = (k.category, k.partition) order by 1) from annals.parked k");
    }

    auto rows() -> std::string
    {
        std::vector<std::string> tables;
        for (const auto& [name] : pqxx::nontransaction(session).query<std::string>(
                 "select relname from pg_class where relnamespace = 'p_random_1'::regnamespace and relkind = 'r' "
                 "order by 1"))
            tables.push_back(name);
        std::string all;
        for (const auto& name : tables) all += name + ":\n" + lines("select * from p_random_1." + name);
        return all;
    }
};

}  // namespace

TEST_CASE("random files give the same rows and park the same, however batches are cut, as event by event")
{
    bench at;
    tests::check_property_for(tests::property_time(std::chrono::seconds{10}), "rows of random files", [&] {
        const auto text = *tests::any_projection();
        const auto events = *rc::gen::container<std::vector<tests::random_event>>(tests::any_event());
        const auto seed = *rc::gen::arbitrary<unsigned>();
        eventstore::memory::memory_store store;
        store.ensure_category({"thing", 3});
        store.ensure_category({"other", 2});
        const auto cut = at.outcome(text, store, events, seed);
        const auto one_by_one = at.outcome(text, store, {}, std::nullopt);
        if (cut != one_by_one) RC_FAIL(text + "\n--- cut:\n" + cut + "\n--- one by one:\n" + one_by_one);
    });
}
