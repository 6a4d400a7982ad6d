// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/eventstore/uuid.hpp>

#include <string>

namespace annals::benchmarks {

/// A payload of 300 bytes, like a laboratory's events.
inline auto payload(int number) -> std::string
{
    std::string text = R"({"sample_id":"S-)" + std::to_string(number)
                       + R"(","barcode":"SAM-20261121-0042","sample_type":"blood",)"
                         R"("patient_id":"P-1204","submitter_id":"U-17","lab_id":"L-3","priority":"normal","note":")";
    text.append(298 - text.size(), 'x');
    return text + "\"}";
}

inline auto event(int number) -> eventstore::new_event { return {.type = "sample.created", .data = payload(number)}; }

/// The key of a new stream; 38 letters, as long as those of the histories in `peers`.
inline auto random_key() -> std::string { return "S-" + eventstore::to_string(eventstore::new_uuid()); }

}  // namespace annals::benchmarks
