// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <memory>
#include <set>
#include <string>

namespace annals::benchmarks {

/// One caller's session. Statements are constants and are prepared when they are first used.
class session {
public:
    /// `settings`: statements to begin with.
    explicit session(const std::string& dsn, const std::string& settings = "")
        : server_(std::make_unique<libpq::connection>(dsn))
    {
        if (!settings.empty()) server_->execute(settings);
    }

    /// Throws `statement_error`.
    template <class... Values>
    auto query(const char* statement, const Values&... values) -> libpq::result
    {
        libpq::parameters all;
        (all.add(values), ...);
        const auto name = std::to_string(reinterpret_cast<std::uintptr_t>(statement));
        if (prepared_.insert(statement).second) server_->prepare(name, statement, all);
        return server_->query_prepared(name, all);
    }

private:
    std::unique_ptr<libpq::connection> server_;
    std::set<const char*> prepared_;
};

}  // namespace annals::benchmarks
