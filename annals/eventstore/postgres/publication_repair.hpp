// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/leases/member.hpp>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace annals::eventstore::postgres {

/// Repairs of the publishers' ledger, by hand. One session; for one thread. When it is destroyed, its logs are free,
/// and the publishers read their state again.
class publication_repair {
public:
    /// Throws `unavailable`, or `mismatch` when the schema is missing.
    explicit publication_repair(const std::string& dsn);

    auto incarnation() -> std::string;
    auto cursors(std::span<const log_id>) -> std::vector<publication_cursor>;
    /// The topic of each category that was ever published.
    auto topics() -> std::map<std::string, std::string>;

    /// Takes the lead of a log and ends the session of the publisher that led it. Throws `unavailable` when other
    /// publishers keep taking it, `statement_error` when this user may not end that session.
    void lead(const log_id&);

    /// For a log that it leads: how far it was published becomes unknown.
    void forget(const log_id&);
    /// For a log that it leads: this store published it up to here.
    void save(const publication_cursor&);
    /// For a category whose logs it leads: it moves to another topic, where nothing of it is known.
    void move(const std::string& category, const std::string& topic);

private:
    auto session() -> libpq::connection& { return member_.session(); }

    leases::member member_;
};

}  // namespace annals::eventstore::postgres
