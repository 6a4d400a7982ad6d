// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/file_template.hpp>

#include <annals/projections/header.hpp>
#include <annals/projections/sql/payload_columns.hpp>

#include <algorithm>
#include <map>

namespace annals::projections {
namespace {

using words = std::vector<std::string>;

/// More would be a page that nobody reads.
constexpr std::size_t columns_max = 40;

const words own_columns{"key", "events", "first_at", "last_at"};

constexpr auto example = R"(
-- There is no event of this category yet. A block for one type, whose payload has the member "name", would be:
--     -- apply: CATEGORY.created
--     update TABLE as kept set name = latest.data ->> 'name'
--     from (select distinct on (key) key, data from batch order by key, version desc) as latest
--     where kept.key = latest.key;
)";

auto joined(const words& all, const std::string& between) -> std::string
{
    std::string text;
    for (const auto& one : all) text += (text.empty() ? "" : between) + one;
    return text;
}

auto replaced(std::string text, const std::string& what, const std::string& by) -> std::string
{
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

auto literal(const std::string& text) -> std::string { return "'" + replaced(text, "'", "''") + "'"; }

/// The first few of many.
auto some_of(const words& types) -> std::string
{
    constexpr std::size_t shown_max = 3;
    if (types.size() <= shown_max) return joined(types, ", ");
    return joined(words(types.begin(), types.begin() + shown_max), ", ") + " and "
           + std::to_string(types.size() - shown_max) + " more";
}

/// As a word of an `-- apply:` line.
auto apply_word(const std::string& type) -> std::string
{
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_'
               || c == '-' || c == ' ';
    };
    const bool has_outer_blanks = type.starts_with(' ') || type.ends_with(' ');
    if (std::ranges::all_of(type, is_plain) && !has_outer_blanks) return type;
    return "\"" + replaced(type, "\"", "\"\"") + "\"";
}

auto sql_type(column_kind kind) -> std::string
{
    switch (kind) {
        case column_kind::number: return "numeric";
        case column_kind::boolean: return "boolean";
        case column_kind::time: return "timestamptz";
        case column_kind::json: return "jsonb";
        case column_kind::text:
        case column_kind::nothing: break;
    }
    return "text";
}

/// The member of the payload in `latest`, as its column has it.
auto value_of(const payload_column& column) -> std::string
{
    const auto member = literal(column.member);
    if (column.kind == column_kind::json) return "latest.data -> " + member;
    if (sql_type(column.kind) == "text") return "latest.data ->> " + member;
    return "(latest.data ->> " + member + ")::" + sql_type(column.kind);
}

/// The parts of the file, one after the other.
class writer {
public:
    writer(std::string name, std::string category, std::span<const eventstore::recorded_event> sample,
           const std::function<std::string(const std::string&)>& quoted)
        : name_(std::move(name)),
          category_(std::move(category)),
          events_(sample.size()),
          quoted_(quoted),
          table_(quoted(name_ == "batch" ? "batch_rows" : name_)),
          payloads_(columns_of_payloads(sample, own_columns, columns_max))
    {}

    auto text() -> std::string
    {
        write_head();
        write_table();
        write_counts();
        for (const auto& [columns, types] : blocks()) write_block(columns, types);
        if (payloads_.types.empty()) text_ += replaced(replaced(example, "CATEGORY", category_), "TABLE", table_);
        return std::move(text_);
    }

private:
    void line(const std::string& text = {}) { text_ += text + "\n"; }

    void write_head()
    {
        const auto command = [&](const std::string& verb, const std::string& what, const std::string& does) {
            line("--     annals projections " + verb + " " + what
                 + std::string(name_.size() + 6 - std::min(name_.size() + 6, what.size()), ' ') + does);
        };
        const auto file = name_ + ".sql";
        line("-- projection: " + name_);
        line("-- version: 1");
        line("-- categories: " + category_);
        line("-- parallel: key");
        line("--");
        line("-- A template from `annals projections new`: one row for each key of " + category_
             + ", with what its events said last.");
        if (events_ > 0)
            line("-- Its columns are the members of the payloads of " + std::to_string(events_)
                 + " stored events. Where all of these have a number,\n"
                   "-- it is a number here, and so on: an event that has a text there could not be applied.");
        line("-- Change what you need, then");
        command("check", file, "tries it on stored events, and undoes everything");
        command("apply", file, "makes read." + table_ + "; analysts: `propose`, and an owner does it");
        command("show ", name_, "how far it is, and a few rows");
        line("-- No row belongs to two keys, so several workers may share the work: the fourth line says so.");
        line("-- Each word is explained in docs/guide/sql-projections.md; docs/guide/ten-questions.md has examples.");
        line();
    }

    void write_table()
    {
        std::size_t widest = std::string_view("first_at").size();
        for (const auto& column : payloads_.columns) widest = std::max(widest, quoted_(column.name).size());
        const auto padded = [&](const std::string& name) {
            return "    " + name + std::string(widest - std::min(widest, name.size()) + 1, ' ');
        };
        line("-- Runs once. Names are without a schema; what begins with _ is not shown in read.");
        line("create table " + table_ + " (");
        line(padded("key") + "text primary key,");
        line(padded("events") + "bigint not null,");
        line(padded("first_at") + "timestamptz not null,");
        text_ += padded("last_at") + "timestamptz not null";
        for (const auto& column : payloads_.columns)
            text_ += ",\n" + padded(quoted_(column.name)) + sql_type(column.kind);
        line("\n);");
        if (payloads_.left_out > 0)
            line("-- Members of the payloads without a column here: " + std::to_string(payloads_.left_out));
        line();
        write_comments();
    }

    /// Analysts see them with the table in `read`.
    void write_comments()
    {
        const auto comment = [&](const std::string& column, const std::string& says) {
            line("comment on column " + table_ + "." + column + " is " + literal(says) + ";");
        };
        line("comment on table " + table_ + " is " + literal("One row for each key of " + category_ + ".") + ";");
        comment("key", "The key of the stream in " + category_ + ".");
        comment("events", "How many events it has.");
        comment("first_at", "When its first event happened.");
        comment("last_at", "When its last event happened.");
        for (const auto& column : payloads_.columns)
            comment(quoted_(column.name), "Member " + column.member + " of " + some_of(column.types) + ".");
        line();
    }

    void write_counts()
    {
        line("-- A block gets the new events of its types in the table batch: key, version, type, data (jsonb),");
        line("-- metadata, occurred_at and others. Batches are cut anywhere, so a block adds to what is there.");
        line();
        line("-- apply: *");
        line("insert into " + table_ + " as kept (key, events, first_at, last_at)");
        line("select key, count(*), min(occurred_at), max(occurred_at) from batch group by key");
        line("on conflict (key) do update");
        line("    set events   = kept.events + excluded.events,");
        line("        first_at = least(kept.first_at, excluded.first_at),");
        line("        last_at  = greatest(kept.last_at, excluded.last_at);");
    }

    /// Types with the same members share a block: their columns, and their names.
    auto blocks() const -> std::vector<std::pair<std::vector<const payload_column*>, words>>
    {
        std::vector<std::pair<std::vector<const payload_column*>, words>> all;
        for (const auto& type : payloads_.types) {
            std::vector<const payload_column*> columns;
            for (const auto& column : payloads_.columns)
                if (std::ranges::find(column.types, type) != column.types.end()) columns.push_back(&column);
            if (columns.empty()) continue;
            auto same = std::ranges::find_if(all, [&](const auto& block) { return block.first == columns; });
            if (same == all.end()) same = all.insert(same, {columns, {}});
            same->second.push_back(apply_word(type));
        }
        return all;
    }

    void write_block(const std::vector<const payload_column*>& columns, const words& types)
    {
        words assignments;
        for (const auto* column : columns) assignments.push_back(quoted_(column->name) + " = " + value_of(*column));
        line();
        line("-- apply: " + joined(types, ", "));
        line("update " + table_ + " as kept");
        line("set " + joined(assignments, ",\n    "));
        line("from (select distinct on (key) key, data from batch order by key, version desc) as latest");
        line("where kept.key = latest.key;");
    }

    std::string name_, category_;
    std::size_t events_;
    const std::function<std::string(const std::string&)>& quoted_;
    std::string table_;
    payload_columns payloads_;
    std::string text_;
};

}  // namespace

auto file_template(const std::string& name, const std::string& category,
                   std::span<const eventstore::recorded_event> sample,
                   const std::function<std::string(const std::string&)>& quoted) -> std::string
{
    check({.projection = name, .version = 1, .categories = category});
    return writer(name, category, sample, quoted).text();
}

}  // namespace annals::projections
