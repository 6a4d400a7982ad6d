// SPDX-License-Identifier: Apache-2.0
#pragma once
// Facts and a command without a mistake.

#include <annals/facts/event_type.hpp>

#include <string>

namespace laboratory {

struct sample_created {
    std::string barcode, sample_type;
};
struct sample_received {
    std::string place;
};
struct sample_measured {
    double volume_ml = 0;
};
struct sample_stored {
    std::string location;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", barcode, sample_type)
ANNALS_EVENT(sample_received, "sample.received", place)
ANNALS_EVENT(sample_measured, "sample.measured", volume_ml)
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_EVENT(sample_archived, "sample.archived")

struct create_sample {};

}  // namespace laboratory
