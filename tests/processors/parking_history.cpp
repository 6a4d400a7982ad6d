// SPDX-License-Identifier: Apache-2.0
#include <tests/processors/parking_history.hpp>

#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/failure.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/parked.hpp>
#include <tests/processors/journal.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

namespace annals::processors::tests {
namespace {

constexpr int sick_rounds = 150;

/// By far enough to apply everything once nothing is refused.
constexpr int rounds_max = 600;

class parking_history {
public:
    parking_history(const std::string& dsn, std::uint64_t seed) : dsn_(dsn), random_(seed)
    {
        store_.ensure_category({"thing", 2});
        written_.before = [this](const eventstore::recorded_event& event) { refuse_some(event); };
    }

    auto run() -> parking_outcome
    {
        take_over();
        for (int round = 0; round < sick_rounds || !parked().empty(); ++round) {
            if (round == rounds_max) return {"keys stay parked for good", keys_parked_max_};
            if (round < sick_rounds) append_some();
            is_sick_ = round < sick_rounds && random_() % 4 != 0;
            if (random_() % 3 == 0) ask_for_retries();
            const auto misbehaviour = work();
            for (const auto& fault : {disorder(), misbehaviour})
                if (!fault.empty()) return {fault, keys_parked_max_};
            keys_parked_max_ = std::max(keys_parked_max_, parked().size());
        }
        written_.before = [](const auto&) {};
        take_over();
        while (worked_->step() > 0) {}
        const auto fault = disorder();
        return {fault.empty() ? gap() : fault, keys_parked_max_};
    }

private:
    void refuse_some(const eventstore::recorded_event& event)
    {
        const auto fate = random_() % 500;
        if (fate == 0) throw eventstore::unavailable("injected");
        if (fate == 1) throw pqxx::broken_connection("injected");
        if (is_sick_ && (event.stream.key[1] - '0' + event.version.number) % 17 == 0) throw std::runtime_error("sick");
    }

    void append_some()
    {
        for (int i = 0; i < 10; ++i) {
            const auto key = "k" + std::to_string(random_() % 10);
            const eventstore::new_event event{.type = "happened", .data = "{}"};
            if (store_.append({.streams = {{{"thing", key}, eventstore::expected_version::any(), {event}}}}))
                ++appended_[key];
        }
    }

    void take_over()
    {
        worked_ = std::make_unique<batch_applier>(written_, store_, feed_);
        worked_->connect(open_model_connection(dsn_, "test"));
        worked_->work_on(number_logs(session_, store_, written_.categories()));
    }

    /// A few steps. Returns what must not go wrong, or nothing.
    auto work() -> std::string
    {
        try {
            if (random_() % 10 == 0) take_over();
            if (!worked_->connection()) worked_->connect(open_model_connection(dsn_, "test"));
            if (!worked_->read_again().empty()) return "a log has another owner";
            for (auto steps = random_() % 8; steps > 0; --steps) {
                worked_->carry_out_request();
                worked_->step();
            }
        } catch (const std::exception& problem) {
            if (blames_event(problem)) return std::string("an event is blamed and not parked: ") + problem.what();
            worked_->disconnect();
        }
        return {};
    }

    auto parked() -> std::vector<parked_key>
    {
        pqxx::nontransaction tx(session_);
        return find_parked(tx, {.processor = "journal"});
    }

    void ask_for_retries()
    {
        for (const auto& one : parked()) {
            pqxx::nontransaction tx(session_);
            request(tx, one, parked_act::retry);
        }
    }

    /// The first event that was not the next one of its key, or nothing.
    auto disorder() -> std::string
    {
        constexpr auto select_first = R"(
            select key, version, place
            from (select line, key, version, row_number() over (partition by key order by line) as place from journal) j
            where version <> place order by line limit 1)";
        const auto row = pqxx::nontransaction(session_).exec(select_first).opt_row();
        if (!row) return {};
        return "P1: " + (*row)[0].as<std::string>() + " has its event " + (*row)[1].as<std::string>() + " in place "
               + (*row)[2].as<std::string>();
    }

    auto gap() -> std::string
    {
        for (const auto& [key, events] : appended_) {
            const auto lines = pqxx::nontransaction(session_).query_value<std::int64_t>(
                "select count(*) from journal where key = $1", pqxx::params{key});
            if (lines != events)
                return "P1: " + key + " has " + std::to_string(lines) + " of " + std::to_string(events) + " events";
        }
        return {};
    }

    std::string dsn_;
    std::minstd_rand random_;
    eventstore::memory::memory_store store_{2};
    log_feed feed_{store_};
    journal written_{"thing"};
    pqxx::connection session_{open_model_connection(dsn_, "operator")};
    std::unique_ptr<batch_applier> worked_;
    std::map<std::string, std::int64_t> appended_;
    bool is_sick_ = true;
    std::size_t keys_parked_max_ = 0;
};

}  // namespace

auto run_parking(const std::string& dsn, std::uint64_t seed) -> parking_outcome
{
    return parking_history(dsn, seed).run();
}

}  // namespace annals::processors::tests
