// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// Shared by producers, consumers and administration. For the folder's own .cpp files.
namespace annals::kafka {

/// No call to the broker waits longer than this.
inline constexpr std::chrono::milliseconds answer_timeout{3000};

using property = std::pair<const char*, std::string>;

/// A configuration of annals' own properties, then `chosen`, then the settings' properties on top.
/// Throws `invalid_request` naming the property that librdkafka refuses.
auto make_configuration(const settings&, std::initializer_list<property> chosen) -> configuration_handle;

/// Sets a property that the settings must not change. Throws `invalid_request`.
void set_property(rd_kafka_conf_t&, const char* name, const std::string& value);

/// Starts a client; it connects in the background. Its callbacks get `owner` from `owner_of`. Throws
/// `invalid_request`.
auto make_client(rd_kafka_type_t, configuration_handle, void* owner = nullptr) -> client_handle;

/// The same for a consumer.
auto make_consumer(configuration_handle) -> consumer_handle;

/// The owner of a callback, from the opaque pointer that librdkafka passes.
auto owner_of(void* opaque) -> void*;

/// Options of an administrative call: it ends after `answer_timeout`.
auto admin_options(rd_kafka_t&, rd_kafka_admin_op_t) -> admin_options_handle;

/// Waits for the one answer of an administrative call in its queue. Throws as `throw_failure` does.
auto answer_in(rd_kafka_t&, rd_kafka_queue_t&, const settings&, std::string_view tried) -> event_handle;

/// No broker answers: nothing can be read or done.
class no_broker : public eventstore::unavailable {
public:
    using eventstore::unavailable::unavailable;
};

/// Whether the broker has no such topic or partition.
auto is_missing_topic(rd_kafka_resp_err_t) -> bool;

/// The error of a broker call as an exception that says what was tried, where, and what to do.
[[noreturn]] void throw_failure(rd_kafka_t&, const settings&, std::string_view tried, rd_kafka_resp_err_t,
                                std::string_view detail = {});

/// Why no broker answers, for the message: refused, unknown, another protocol, a failed login.
auto unreachable(rd_kafka_t&, const settings&) -> no_broker;

/// Throws `no_broker` unless a broker answers.
void ask_for_answer(rd_kafka_t&, const settings&);

}  // namespace annals::kafka
