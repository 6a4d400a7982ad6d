// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/keyed_threads.hpp>
#include <annals/sagas/participants/deeds.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::sagas {

/// Answers requests on some threads, each with a session of the service's database. Requests of one saga are answered
/// one after the other. Thread-safe.
class deed_threads {
public:
    using on_answer = std::function<void(std::optional<outcome>)>;

    /// `all`: the actions, which must outlive it.
    deed_threads(std::string dsn, std::size_t threads, const std::map<std::string, deed>& all);
    ~deed_threads();

    /// `answer` is called once: with nothing when the deadline came before the deed could begin, or when this ends.
    void add(request, on_answer answer);

    auto under_way() const -> std::size_t { return under_way_; }
    /// Why the database cannot be used; nothing while it can.
    auto trouble() const -> std::optional<std::string>;

private:
    auto answer(const request&) -> std::optional<outcome>;
    auto take_session() -> pqxx::connection;
    void give_back(pqxx::connection);
    void note(std::optional<std::string>);

    const std::string dsn_;
    const std::map<std::string, deed>& all_;
    std::stop_source stop_;
    std::atomic<std::size_t> under_way_ = 0;
    mutable std::mutex mutex_;  // guards the next two
    std::vector<pqxx::connection> idle_;
    std::optional<std::string> trouble_;
    keyed_threads threads_;  // last: they end before what they use
};

}  // namespace annals::sagas
