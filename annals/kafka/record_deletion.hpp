// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/topic_reader.hpp>

namespace annals::kafka {

/// Deletes everything that a partition holds now. Its offsets continue, so consumers are not set back. Returns the
/// first offset that is left. Throws `unavailable`, or `error` when the broker refuses it.
auto delete_records(const settings&, const topic_partition&) -> std::int64_t;

}  // namespace annals::kafka
