// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>
#include <annals/processors/lag.hpp>
#include <annals/processors/processor_state.hpp>

#include <string>
#include <vector>

namespace annals::cli {

/// What processors are doing and how far behind they are, a row each.
class activity_rows {
public:
    activity_rows(session&, pqxx::connection& models);

    auto activities() const -> const std::vector<processors::processor_activity>& { return activities_; }
    void add(const processors::processor_id&, const std::string& kind);
    auto rows() const -> const table& { return rows_; }

private:
    std::vector<processors::processor_lag> lags_;
    std::vector<processors::processor_activity> activities_;
    table rows_;
};

}  // namespace annals::cli
