// SPDX-License-Identifier: Apache-2.0
// Loaded before librdkafka into the publishers of a planted run: changes records on their way into it.
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>

#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

/// As if the topic had three partitions, which the key chooses.
auto partition_of_three(const rd_kafka_vu_t& key) -> std::int32_t
{
    unsigned sum = 0;
    for (std::size_t i = 0; i < key.u.mem.size; ++i)
        sum = sum * 31 + static_cast<const unsigned char*>(key.u.mem.ptr)[i];
    return static_cast<std::int32_t>(sum % 3);
}

void spoil(std::vector<rd_kafka_vu_t>& all)
{
    const auto* const how = std::getenv("ANNALS_PLANTED");
    rd_kafka_vu_t *key = nullptr, *partition = nullptr;
    for (auto& one : all) {
        if (one.vtype == RD_KAFKA_VTYPE_KEY) key = &one;
        if (one.vtype == RD_KAFKA_VTYPE_PARTITION) partition = &one;
    }
    if (how == nullptr || key == nullptr || partition == nullptr) return;
    if (std::strcmp(how, "other partition count") == 0) partition->u.i32 = partition_of_three(*key);
    if (std::strcmp(how, "no key") == 0) key->u.mem = {nullptr, 0};
}

auto read_arguments(std::va_list words) -> std::vector<rd_kafka_vu_t>
{
    std::vector<rd_kafka_vu_t> all;
    for (;;) {
        rd_kafka_vu_t one{};
        one.vtype = static_cast<rd_kafka_vtype_t>(va_arg(words, int));
        switch (one.vtype) {
            case RD_KAFKA_VTYPE_END: return all;
            case RD_KAFKA_VTYPE_TOPIC: one.u.cstr = va_arg(words, const char*); break;
            case RD_KAFKA_VTYPE_PARTITION: one.u.i32 = va_arg(words, std::int32_t); break;
            case RD_KAFKA_VTYPE_VALUE:
            case RD_KAFKA_VTYPE_KEY:
                one.u.mem.ptr = va_arg(words, void*);
                one.u.mem.size = va_arg(words, std::size_t);
                break;
            case RD_KAFKA_VTYPE_HEADERS: one.u.headers = va_arg(words, rd_kafka_headers_t*); break;
            case RD_KAFKA_VTYPE_MSGFLAGS: one.u.i = va_arg(words, int); break;
            case RD_KAFKA_VTYPE_OPAQUE: one.u.ptr = va_arg(words, void*); break;
            default: std::abort();           // annals uses another one now
        }
        all.push_back(one);
    }
}

}  // namespace

extern "C" rd_kafka_resp_err_t rd_kafka_producev(rd_kafka_t* client, ...)
{
    using by_array = rd_kafka_error_t* (*)(rd_kafka_t*, const rd_kafka_vu_t*, std::size_t);
    static const auto produce = reinterpret_cast<by_array>(::dlsym(RTLD_NEXT, "rd_kafka_produceva"));
    std::va_list words;
    va_start(words, client);
    auto all = read_arguments(words);
    va_end(words);
    spoil(all);
    auto* const refused = produce(client, all.data(), all.size());
    if (refused == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
    const auto code = rd_kafka_error_code(refused);
    rd_kafka_error_destroy(refused);
    return code;
}
