// SPDX-License-Identifier: Apache-2.0
#include <tests/planted_bugs/transactional_store.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>

#include <pqxx/pqxx>

#include <random>
#include <thread>

namespace annals::planted_bugs {

using namespace eventstore;

namespace {

auto one_in(unsigned choices) -> bool
{
    thread_local std::mt19937 random(std::random_device{}());
    return random() % choices == 0;
}

void pause_a_moment() { std::this_thread::sleep_for(std::chrono::microseconds{one_in(3) ? 2000 : 200}); }

}  // namespace

transactional_store::transactional_store(std::string dsn, std::shared_ptr<store> reads, ways how)
    : passing_store(std::move(reads)), dsn_(std::move(dsn)), ways_(std::move(how))
{
    if (!ways_.append)
        ways_.append = [](auto& transaction, const auto& request) { return postgres::append(transaction, request); };
}

transactional_store::~transactional_store() = default;

/// A unique index that refuses, or a deadlock, means that the call must be repeated.
void transactional_store::append(append_request request, on_appended done)
{
    try {
        auto link = take();
        append_on(*link, request, done);
        give_back(std::move(link));
    } catch (const pqxx::integrity_constraint_violation& problem) {
        done(std::make_exception_ptr(unavailable(problem.what())));
    } catch (const pqxx::transaction_rollback& problem) {
        done(std::make_exception_ptr(unavailable(problem.what())));
    } catch (const std::exception&) {
        done(std::current_exception());
    }
}

void transactional_store::append_on(pqxx::connection& link, const append_request& request, on_appended& done)
{
    pqxx::work transaction(link);
    if (ways_.writes_something_first) {
        if (one_in(2)) transaction.exec("select pg_current_xact_id()");
        pause_a_moment();
    }
    auto result = ways_.append(transaction, request);
    if (ways_.answers_before_commit) {
        done(std::move(result));
        pause_a_moment();
        if (!one_in(8)) transaction.commit();    // otherwise the process was killed here
        return;
    }
    pause_a_moment();
    transaction.commit();
    done(std::move(result));
}

auto transactional_store::take() -> std::unique_ptr<pqxx::connection>
{
    {
        const std::scoped_lock lock(mutex_);
        if (!kept_.empty()) {
            auto link = std::move(kept_.back());
            kept_.pop_back();
            return link;
        }
    }
    return std::make_unique<pqxx::connection>(dsn_);
}

void transactional_store::give_back(std::unique_ptr<pqxx::connection> link)
{
    const std::scoped_lock lock(mutex_);
    kept_.push_back(std::move(link));
}

}  // namespace annals::planted_bugs
