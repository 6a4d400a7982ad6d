// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// What plans_test.cpp stores of sagas.
namespace annals::tests::plans {

inline const std::string a_round =
    R"({"states": [{"saga_type": "tour", "saga_id": "T-7", "status": "running", "current_steps": ["walk"],
                    "started_at": "2026-11-28T12:00:00Z", "definition_version": 1, "changed_at": "2026-11-28T12:00:00Z",
                    "stream_version": 1}],
        "steps": [{"saga_type": "tour", "saga_id": "T-7", "step": "walk", "place": 1, "service": "guide",
                   "status": "done", "attempts": 1, "compensation": "waiting", "compensations": 0}],
        "timers": [{"saga_type": "tour", "saga_id": "T-7", "log": <tour>}], "taken": [{"number": 7}],
        "children": [{"saga_type": "tour", "saga_id": "T-7"}], "undone": []})";
inline const std::string a_saga_append =
    "true, '{<tour>}', '{f}', '{}', '{}', '{}', '{1}', '{1}', '{T-7}', '{-1}', '{1}', '{1}', '{0}', '{1}', "
    "array[gen_random_uuid()], '{saga.completed}', '{1}', array['{}'::json], array['{}'::json], "
    "array[null::timestamptz]";

}  // namespace annals::tests::plans
