// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>

/// The saga of the tests that kill processes: a step, two branches, and a step that joins them.
namespace annals::tests {

inline const sagas::definition order_in_branches{.name = "order",
                                                 .compensation_retries = 20,
                                                 .active_max = 10'000,
                                                 .steps = {{.id = "open",
                                                            .service = "shop",
                                                            .compensation = "close",
                                                            .timeout = std::chrono::milliseconds(700),
                                                            .retries = 4,
                                                            .retry_delay = std::chrono::milliseconds(20)},
                                                           {.id = "pack",
                                                            .service = "shop",
                                                            .compensation = "unpack",
                                                            .timeout = std::chrono::milliseconds(700),
                                                            .retries = 2,
                                                            .retry_delay = std::chrono::milliseconds(20),
                                                            .after = {"open"}},
                                                           {.id = "charge",
                                                            .service = "shop",
                                                            .compensation = "refund",
                                                            .timeout = std::chrono::milliseconds(700),
                                                            .retries = 2,
                                                            .retry_delay = std::chrono::milliseconds(20),
                                                            .after = {"open"}},
                                                           {.id = "ship",
                                                            .service = "shop",
                                                            .compensation = "recall",
                                                            .timeout = std::chrono::milliseconds(700),
                                                            .retries = 1,
                                                            .retry_delay = std::chrono::milliseconds(20),
                                                            .after = {"pack", "charge"}}}};

/// What a shop has done: one row for each effect, by its key. An undoing that comes first leaves a row that refuses the
/// deed.
inline constexpr auto create_effects = R"(
    create table effects (number bigint generated always as identity, saga text, step text, is_undo bool,
                          had_effect bool, primary key (saga, step, is_undo)))";

}  // namespace annals::tests
