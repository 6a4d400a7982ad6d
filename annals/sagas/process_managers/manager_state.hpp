// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/facts/decode.hpp>
#include <annals/facts/encode.hpp>
#include <annals/processors/processor.hpp>

#include <string>

namespace annals::sagas {

template <class Manager>
auto id_of() -> processors::processor_id
{
    return {std::string(Manager::header.process_manager), Manager::header.version};
}

/// A state from its stored form. Throws `mismatch` when it does not fit the struct.
template <class Manager>
auto decode_state(const std::string& stored, const std::string& key) -> Manager
{
    return facts::decode<Manager>(stored, to_string(id_of<Manager>()) + " of " + key);
}

/// The reverse. Throws `mismatch`, naming the key, for a state that could not be read back.
template <class Manager>
auto encode_state(const Manager& state, const std::string& key) -> std::string
{
    try {
        return eventstore::to_text(facts::encode(state), "it");
    } catch (const eventstore::invalid_request& problem) {
        throw eventstore::mismatch(to_string(id_of<Manager>()) + " of " + key + " cannot be kept: " + problem.what());
    }
}

}  // namespace annals::sagas
