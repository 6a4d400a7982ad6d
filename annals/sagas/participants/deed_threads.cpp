// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/deed_threads.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/libpq/connection.hpp>

namespace annals::sagas {

using namespace std::chrono_literals;

namespace {

/// A session that notices a lost server soon, with the search path of the service's role or database.
auto open_session(const std::string& dsn) -> pqxx::connection
{
    libpq::connection session(dsn, "saga service");
    session.execute("reset search_path");
    return pqxx::connection::seize_raw_connection(std::move(session).release().release());
}

}  // namespace

deed_threads::deed_threads(std::string dsn, std::size_t threads, const std::map<std::string, deed>& all)
    : dsn_(std::move(dsn)), all_(all), threads_(threads)
{}

deed_threads::~deed_threads() { stop_.request_stop(); }

void deed_threads::add(request asked, on_answer answered)
{
    ++under_way_;
    auto key = asked.saga_type + "/" + asked.saga_id;
    threads_.add(std::move(key), [this, asked = std::move(asked), answered = std::move(answered)] {
        answered(answer(asked));
        --under_way_;
    });
}

/// While the database is away it is tried again until the deadline.
auto deed_threads::answer(const request& asked) -> std::optional<outcome>
{
    const auto found = all_.find(asked.action);
    if (found == all_.end()) return try_again("this service has no action " + asked.action);
    eventstore::back_off back_off(50ms, 1s);
    while (!stop_.stop_requested() && eventstore::now() < asked.deadline) {
        try {
            auto session = take_session();
            auto how = answer_once(session, asked, found->second);
            give_back(std::move(session));
            return how;
        } catch (const std::exception& problem) {
            note(problem.what());
        }
        eventstore::pause(stop_.get_token(), back_off.next());
    }
    return std::nullopt;
}

auto deed_threads::take_session() -> pqxx::connection
{
    {
        const std::scoped_lock lock(mutex_);
        if (!idle_.empty()) {
            auto session = std::move(idle_.back());
            idle_.pop_back();
            return session;
        }
    }
    auto session = open_session(dsn_);
    create_deeds(session);
    return session;
}

void deed_threads::give_back(pqxx::connection session)
{
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(session));
    trouble_.reset();
}

void deed_threads::note(std::optional<std::string> trouble)
{
    const std::scoped_lock lock(mutex_);
    trouble_ = std::move(trouble);
}

auto deed_threads::trouble() const -> std::optional<std::string>
{
    const std::scoped_lock lock(mutex_);
    return trouble_;
}

}  // namespace annals::sagas
