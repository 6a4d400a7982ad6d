// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <tests/histories/plan.hpp>
#include <tests/planted_bugs/transactional_store.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace annals::planted_bugs {

/// A text in an SQL function, and its replacement.
struct replaced_text {
    std::string is;
    std::string becomes;
    std::string function = "annals.append_many";
};

/// A mistake that a store or a processor could have, and the invariant that must notice it. All else is as in annals.
struct bug {
    /// `dsn`: the store's database, for readers with statements of their own.
    using wrapper =
        std::function<std::shared_ptr<eventstore::store>(std::shared_ptr<eventstore::store>, const std::string& dsn)>;

    std::string name;
    std::string caught_by;  ///< the invariant that its histories must break
    std::vector<histories::step::deed> needs = {};  ///< what clients must do often to find it
    std::function<void(histories::plan&)> shape = {};  ///< for bugs that random steps rarely find

    std::string tables = {};  ///< statements that spoil the schema
    std::vector<replaced_text> texts = {};
    transactional_store::ways ways = {};
    wrapper wrapped_in = {};
};

/// In the SQL function, and in its tables.
auto bugs_in_the_function() -> std::vector<bug>;
/// In how a transaction ends, and around the store.
auto bugs_around_the_store() -> std::vector<bug>;
/// In the tables of parked keys: not of the store, but of processors.
auto bugs_in_parking() -> std::vector<bug>;

}  // namespace annals::planted_bugs
