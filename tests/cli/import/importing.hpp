// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/file_format.hpp>
#include <annals/cli/import/importer.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <tests/cli/import/rows.hpp>

#include <set>
#include <string>
#include <vector>

/// How tests import a text, and what the store has afterwards.
namespace annals::cli::imports {

using namespace annals::eventstore;
using annals::eventstore::memory::memory_store;

inline auto import_text(store& into, std::string_view text, import_settings settings = {},
                        std::string_view suffix = ".csv")
{
    if (settings.category.empty()) settings.category = "visit";
    const temporary_file file(text, suffix);
    return import_rows(*open_rows(file.path()), into, settings);
}

inline auto simple(std::set<std::string> text = {}) -> import_settings
{
    return {.category = "visit", .columns = {.key = "key", .type = "type", .time = {}, .text = std::move(text)}};
}

/// With a time, and an id if asked for.
inline auto timed(std::optional<std::string> id = {}) -> import_settings
{
    auto settings = simple();
    settings.columns.time = "at";
    settings.columns.id = std::move(id);
    return settings;
}

inline auto events_of(store& from, const std::string& key) -> std::vector<recorded_event>
{
    return from.read({"visit", key}, {.events_max = 100'000});
}

inline auto payloads_of(store& from, const std::string& key) -> std::vector<std::string>
{
    std::vector<std::string> payloads;
    for (const auto& event : events_of(from, key)) payloads.push_back(event.data);
    return payloads;
}

/// Rows of `streams` streams in turn.
inline auto table(int row_count, int streams) -> std::string
{
    std::string text = "key,type,n\n";
    for (int i = 0; i < row_count; ++i) text += "s" + std::to_string(i % streams) + ",t," + std::to_string(i) + "\n";
    return text;
}

inline auto total(store& in) -> std::int64_t
{
    std::int64_t events = 0;
    for (const auto head : in.heads("visit")) events += head.number;
    return events;
}

/// Whether each stream is what the table says: every row once, in order.
inline auto holds_table(store& in, int row_count, int streams) -> bool
{
    for (int key = 0; key < streams; ++key) {
        int n = key;
        for (const auto& payload : payloads_of(in, "s" + std::to_string(key))) {
            if (payload != "{\"n\":" + std::to_string(n) + "}") return false;
            n += streams;
        }
        if (n < row_count) return false;
    }
    return total(in) == row_count;
}

}  // namespace annals::cli::imports
