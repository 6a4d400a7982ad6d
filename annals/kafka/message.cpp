// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/message.hpp>

namespace annals::kafka {
namespace {

/// Null and empty mean the same here.
auto text_of(const void* bytes, std::size_t size) -> std::string
{
    return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
}

}  // namespace

auto to_record(const rd_kafka_message_t& message) -> record
{
    record record{text_of(message.key, message.key_len), text_of(message.payload, message.len), {}};
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
    record.headers.reserve(rd_kafka_header_cnt(headers));
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i)
        record.headers.push_back({name, text_of(value, size)});
    return record;
}

auto to_headers(std::span<const header> headers) -> headers_handle
{
    headers_handle list(rd_kafka_headers_new(headers.size()));
    for (const auto& [name, value] : headers)
        rd_kafka_header_add(list.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                            static_cast<ssize_t>(value.size()));
    return list;
}

}  // namespace annals::kafka
