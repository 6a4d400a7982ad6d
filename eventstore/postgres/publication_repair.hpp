// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/connection.hpp>
#include <eventstore/publication.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace annals::eventstore::postgres {

/// Changes by hand what the publishers' ledger remembers. One session; for one thread. When it is destroyed, what
/// it leads is free, and the publishers look at it again.
class publication_repair {
public:
    /// Throws `unavailable`, or `mismatch` when the schema is missing.
    explicit publication_repair(const std::string& dsn);

    auto incarnation() -> std::string;
    auto cursors(std::span<const log_id>) -> std::vector<publication_cursor>;
    /// Which topic each category is published to, of those that were ever published.
    auto topics() -> std::map<std::string, std::string>;

    /// Leads a log in place of the publisher that does, whose session is ended. Throws `unavailable` when others take
    /// it again and again, `statement_error` when this user may not end that session.
    void lead(const log_id&);

    /// Of a log that is led: nobody knows how far it was published.
    void forget(const log_id&);
    /// Of a log that is led: it was published so far, by this store.
    void save(const publication_cursor&);
    /// Of a category whose logs are led: it belongs to another topic, where nothing of it is known.
    void move(const std::string& category, const std::string& topic);

private:
    connection session_;
};

}  // namespace annals::eventstore::postgres
