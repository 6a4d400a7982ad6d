// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

/// librdkafka's handles; the type of each names its deleter.
namespace annals::kafka {

template <auto Destroy>
struct destroyed_by {
    template <class Handle>
    void operator()(Handle* handle) const noexcept
    {
        Destroy(handle);
    }
};

/// Ends a consumer, waiting two seconds at most: librdkafka 2.0.2 never ends one whose topic has vanished, not even
/// after it was assigned nothing. Such a consumer and its threads are left until the process ends.
void end_consumer(rd_kafka_t*) noexcept;

/// Ends a client of `make_client`; flush or purge what a producer has in flight before.
void end_client(rd_kafka_t*) noexcept;

using client_handle = std::unique_ptr<rd_kafka_t, destroyed_by<&end_client>>;
using consumer_handle = std::unique_ptr<rd_kafka_t, destroyed_by<&end_consumer>>;
using configuration_handle = std::unique_ptr<rd_kafka_conf_t, destroyed_by<&rd_kafka_conf_destroy>>;
using partition_list =
    std::unique_ptr<rd_kafka_topic_partition_list_t, destroyed_by<&rd_kafka_topic_partition_list_destroy>>;
using queue_handle = std::unique_ptr<rd_kafka_queue_t, destroyed_by<&rd_kafka_queue_destroy>>;
using topic_handle = std::unique_ptr<rd_kafka_topic_t, destroyed_by<&rd_kafka_topic_destroy>>;
using message_handle = std::unique_ptr<rd_kafka_message_t, destroyed_by<&rd_kafka_message_destroy>>;
using headers_handle = std::unique_ptr<rd_kafka_headers_t, destroyed_by<&rd_kafka_headers_destroy>>;
using error_handle = std::unique_ptr<rd_kafka_error_t, destroyed_by<&rd_kafka_error_destroy>>;
using metadata_handle = std::unique_ptr<const rd_kafka_metadata_t, destroyed_by<&rd_kafka_metadata_destroy>>;
using event_handle = std::unique_ptr<rd_kafka_event_t, destroyed_by<&rd_kafka_event_destroy>>;
using new_topic_handle = std::unique_ptr<rd_kafka_NewTopic_t, destroyed_by<&rd_kafka_NewTopic_destroy>>;
using config_resource_handle =
    std::unique_ptr<rd_kafka_ConfigResource_t, destroyed_by<&rd_kafka_ConfigResource_destroy>>;
using delete_records_handle = std::unique_ptr<rd_kafka_DeleteRecords_t, destroyed_by<&rd_kafka_DeleteRecords_destroy>>;
using admin_options_handle = std::unique_ptr<rd_kafka_AdminOptions_t, destroyed_by<&rd_kafka_AdminOptions_destroy>>;

}  // namespace annals::kafka
