// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/uuid.hpp>

#include <annals/eventstore/errors.hpp>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <cstdint>
#include <random>

namespace annals::eventstore {
namespace {

/// One thread's generator: later ids are greater, even within a millisecond or when the clock goes back.
class uuid_sequence {
public:
    auto next() -> uuid
    {
        const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(now()).time_since_epoch();
        const auto clock_ms = static_cast<std::uint64_t>(since_epoch.count());
        if (clock_ms > last_ms_) {
            last_ms_ = clock_ms;
            counter_ = static_cast<std::uint32_t>(random_() & 0x7ff);
        } else if (++counter_ > 0xfff) {
            ++last_ms_;
            counter_ = 0;
        }
        const auto random = random_();
        uuid id;
        for (int i = 0; i < 6; ++i) id.data[i] = static_cast<std::uint8_t>(last_ms_ >> (40 - 8 * i));
        id.data[6] = static_cast<std::uint8_t>(0x70 | (counter_ >> 8));
        id.data[7] = static_cast<std::uint8_t>(counter_);
        for (int i = 8; i < 16; ++i) id.data[i] = static_cast<std::uint8_t>(random >> (8 * (i - 8)));
        id.data[8] = static_cast<std::uint8_t>((id.data[8] & 0x3f) | 0x80);
        return id;
    }

private:
    static auto seeded() -> std::mt19937_64
    {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
        return std::mt19937_64{seed};
    }

    std::mt19937_64 random_ = seeded();
    std::uint64_t last_ms_ = 0;
    std::uint32_t counter_ = 0;
};

}  // namespace

auto new_uuid() -> uuid
{
    thread_local uuid_sequence sequence;
    return sequence.next();
}

auto uuid_of_name(std::string_view name) -> uuid
{
    static const uuid annals = parse_uuid("6f3c5a3e-52f5-5b0e-9d0b-3a7c1c2b8a11");
    return boost::uuids::name_generator_sha1{annals}(name.data(), name.size());
}

auto time_of(const uuid& id) -> timestamp
{
    std::uint64_t milliseconds = 0;
    for (int i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id.data[i];
    return timestamp{std::chrono::milliseconds{milliseconds}};
}

auto to_string(const uuid& id) -> std::string { return boost::uuids::to_string(id); }

auto parse_uuid(std::string_view text) -> uuid
{
    if (text.size() != 36) throw invalid_request("\"" + std::string(text) + "\" is not a UUID");
    try {
        return boost::uuids::string_generator{}(text.begin(), text.end());
    } catch (const std::runtime_error&) {
        throw invalid_request("\"" + std::string(text) + "\" is not a UUID");
    }
}

}  // namespace annals::eventstore
