// SPDX-License-Identifier: Apache-2.0
#include <tests/projections/sql/random_projection.hpp>

#include <array>
#include <string_view>
#include <vector>

namespace annals::tests {
namespace {

/// What a file says about the order of its events. `same_types`: nothing, but all blocks have the same types, so that
/// a block gets the events of all keys in their order.
enum class head { plain, same_types, strict, none, by_key, by_key_and_none };

constexpr auto words_of(head declared) -> std::string_view
{
    switch (declared) {
        case head::strict: return "-- order: strict\n";
        case head::none: return "-- order: none\n";
        case head::by_key: return "-- parallel: key\n";
        case head::by_key_and_none: return "-- parallel: key\n-- order: none\n";
        default: return "";
    }
}

/// What the rows of a table depend on.
enum class rows {
    of_keys,        ///< a key's events, in their order; one block
    of_key_blocks,  ///< the same, with two blocks
    of_all,         ///< events of all keys, in any order
    in_order,       ///< events of all keys, in one order; one block
    in_block_order  ///< the same, with two blocks
};

constexpr auto may_have(head declared, rows of) -> bool
{
    switch (of) {
        case rows::of_keys: return true;
        case rows::of_key_blocks:
            return declared == head::plain || declared == head::strict || declared == head::by_key;
        case rows::of_all: return declared != head::by_key && declared != head::by_key_and_none;
        case rows::in_order: return declared == head::same_types || declared == head::strict;
        case rows::in_block_order: return declared == head::strict;
    }
    return false;
}

/// A table and its blocks. {t}: the table's name, {n}: a number of the event, {who}: a text of it.
struct piece {
    rows of;
    std::string_view columns;
    std::string_view block;
    std::string_view other_block = {};       ///< for the type thing.drop; the first one is then for others
    std::string_view other_table = {};       ///< _{t}
};

constexpr auto pieces = std::to_array<piece>({
    {rows::of_keys, "stream text primary key, events bigint not null, total numeric not null",
     "insert into {t} as t select stream, count(*), sum({n}) from batch group by stream\n"
     "on conflict (stream) do update set events = t.events + excluded.events, total = t.total + excluded.total;"},
    {rows::of_keys, "log text, position bigint, type text, n numeric, who jsonb, primary key (log, position)",
     "insert into {t} select log, position, type, {n}, data->'who' from batch;"},
    {rows::of_keys, "stream text primary key, story text not null",
     "insert into {t} as t select stream, string_agg(type || ':' || {who}, ' ' order by version) from batch\n"
     "group by stream on conflict (stream) do update set story = t.story || ' ' || excluded.story;"},
    {rows::of_keys, "stream text primary key, n numeric, who text, at timestamptz",
     "insert into {t} select distinct on (stream) stream, {n}, {who}, occurred_at from batch\n"
     "order by stream, version desc\n"
     "on conflict (stream) do update set (n, who, at) = (excluded.n, excluded.who, excluded.at);"},
    {rows::of_keys, "stream text primary key, n numeric, who text",
     "insert into {t} select distinct on (stream) stream, {n}, {who} from batch order by stream, version\n"
     "on conflict do nothing;"},
    {rows::of_keys, "stream text, line bigint, n numeric, primary key (stream, line)",
     "insert into {t}\nselect stream, row_number() over (partition by stream order by version)\n"
     "       + coalesce((select max(line) from {t} t where t.stream = batch.stream), 0), {n} from batch;"},
    {rows::of_keys, "stream text, remainder bigint, n numeric check (n > -7), primary key (stream, remainder)",
     "insert into {t} select stream, version % 9, {n} from batch;"},
    {rows::of_keys, "stream text primary key, n bigint not null",
     "insert into {t} as t select stream, 1 from batch on conflict (stream) do update set n = t.n + 1;"},
    {rows::of_keys, "stream text primary key, digest bigint not null",
     "declare e record;\nbegin\n  for e in select stream, {n} as n from batch order by place loop\n"
     "    insert into {t} as t values (e.stream, e.n::bigint % 1009)\n"
     "    on conflict (stream) do update set digest = (t.digest * 31 + excluded.digest) % 1009;\n  end loop;\nend;"},
    {rows::of_keys, "stream text primary key, n numeric",
     "insert into {t} select distinct stream, 1 from batch on conflict do nothing;\n"
     "update {t} set n = 0\n"
     "where stream in (select stream from batch group by stream having bool_or({n} = 7));"},

    {rows::of_key_blocks, "stream text primary key",
     "insert into {t} select distinct stream from batch on conflict do nothing;",
     "delete from {t} where stream in (select stream from batch);"},
    {rows::of_key_blocks, "stream text primary key, total numeric not null, resets bigint not null",
     "insert into {t} as t select stream, sum({n}), 0 from batch group by stream\n"
     "on conflict (stream) do update set total = t.total + excluded.total;",
     "update {t} t set total = 0, resets = t.resets + b.n\n"
     "from (select stream, count(*) as n from batch group by stream) b where t.stream = b.stream;"},
    {rows::of_key_blocks, "log text, position bigint, n numeric, primary key (log, position)",
     "insert into _{t} select distinct on (stream) stream, {n} from batch order by stream, version desc\n"
     "on conflict (stream) do update set n = excluded.n;",
     "insert into {t} select log, position, (select n from _{t} l where l.stream = batch.stream) from batch;",
     "stream text primary key, n numeric"},

    {rows::of_all, "who text primary key, events bigint not null, total numeric not null",
     "insert into {t} as t select {who}, count(*), sum({n}) from batch group by 1\n"
     "on conflict (who) do update set events = t.events + excluded.events, total = t.total + excluded.total;"},
    {rows::of_all, "hour timestamptz primary key, events bigint not null, first_at timestamptz, most numeric",
     "insert into {t} as t select date_trunc('hour', occurred_at), count(*), min(occurred_at), max({n}) from batch\n"
     "group by 1 on conflict (hour) do update set events = t.events + excluded.events,\n"
     "  first_at = least(t.first_at, excluded.first_at), most = greatest(t.most, excluded.most);"},
    {rows::of_all, "who text primary key",
     "insert into {t} select distinct data->>'who' from batch where data->>'who' <> '' on conflict do nothing;"},
    {rows::of_all, "who text primary key, at timestamptz, log text, position bigint, n numeric",
     "insert into {t} as t select distinct on (1) {who}, recorded_at, log, position, {n} from batch\n"
     "order by 1, recorded_at desc, log desc, position desc on conflict (who) do update\n"
     "set at = excluded.at, log = excluded.log, position = excluded.position, n = excluded.n\n"
     "where (excluded.at, excluded.log, excluded.position) > (t.at, t.log, t.position);"},

    {rows::in_order, "line bigint primary key, stream text, n numeric",
     "insert into {t} select coalesce((select max(line) from {t}), 0) + row_number() over (order by place), stream,\n"
     "       {n} from batch;"},
    {rows::in_order, "one int primary key, stream text, who text",
     "insert into {t} select 1, stream, {who} from batch order by place desc limit 1\n"
     "on conflict (one) do update set (stream, who) = (excluded.stream, excluded.who);"},
    {rows::in_order, "who text primary key, story text not null",
     "insert into {t} as t select {who}, string_agg(stream || '@' || version, ' ' order by place) from batch\n"
     "group by 1 on conflict (who) do update set story = t.story || ' ' || excluded.story;"},

    {rows::in_block_order, "who text primary key",
     "insert into {t} select distinct {who} from batch on conflict do nothing;",
     "delete from {t} where who in (select {who} from batch);"},
    {rows::in_block_order, "log text, position bigint, total numeric, primary key (log, position)",
     "insert into _{t} as t select 1, sum({n}) from batch\n"
     "on conflict (one) do update set total = t.total + excluded.total;",
     "insert into {t} select log, position, (select total from _{t}) from batch;",
     "one int primary key, total numeric not null"},
});

/// A word between braces becomes a text.
void fill_in(std::string& text, std::string_view word, std::string_view by)
{
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
        text.replace(at, word.size(), by);
}

/// The second one cannot be computed for some payloads.
auto any_number() -> rc::Gen<std::string>
{
    return rc::gen::weightedElement<std::string>(
        {{3, "case jsonb_typeof(data->'n') when 'number' then (data->>'n')::numeric else 0 end"},
         {1, "coalesce((data->>'n')::int, 0)"},
         {1, "length(coalesce(data->>'n', ''))"}});
}

auto any_types() -> rc::Gen<std::string>
{
    return rc::gen::element<std::string>("*", "thing.put", "thing.put, thing.drop", "thing.*", "**.drop, note",
                                         "\"thing.add\"");
}

/// What needs most of what the head says comes most often.
auto weight_of(head declared, rows of) -> std::size_t
{
    if (!may_have(declared, of)) return 0;
    switch (of) {
        case rows::of_keys: return 2;
        case rows::of_all: return declared == head::none ? 4 : 1;
        case rows::of_key_blocks: return declared == head::strict ? 2 : 8;
        case rows::in_order: return declared == head::strict ? 4 : 8;
        case rows::in_block_order: return 12;
    }
    return 0;
}

auto any_piece(head declared) -> rc::Gen<piece>
{
    std::vector<piece> lots;
    for (const auto& one : pieces) lots.insert(lots.end(), weight_of(declared, one.of), one);
    return rc::gen::elementOf(lots);
}

struct written_piece {
    std::string tables, blocks;
};

auto write(const piece& one, const std::string& types) -> written_piece
{
    written_piece text;
    const auto table = [](const std::string& name, std::string_view columns) {
        return "create table " + name + " (" + std::string(columns) + ");\n";
    };
    text.tables = table("{t}", one.columns);
    if (!one.other_table.empty()) text.tables += table("_{t}", one.other_table);
    const bool has_two = !one.other_block.empty();
    text.blocks = "-- apply: " + (has_two ? "thing.put, thing.add" : types) + "\n" + std::string(one.block) + "\n";
    if (has_two) text.blocks += "-- apply: thing.drop\n" + std::string(one.other_block) + "\n";
    return text;
}

auto random_projection() -> std::string
{
    const auto declared = *rc::gen::weightedElement<head>({{4, head::plain},
                                                           {2, head::same_types},
                                                           {3, head::strict},
                                                           {2, head::none},
                                                           {2, head::by_key},
                                                           {1, head::by_key_and_none}});
    const auto types_of_all = *any_types();
    std::string tables, blocks;
    const auto count = *rc::gen::inRange(1, 5);
    for (int i = 0; i < count; ++i) {
        auto text = write(*any_piece(declared), declared == head::same_types ? types_of_all : *any_types());
        const auto number = *any_number();
        for (auto* const part : {&text.tables, &text.blocks}) {
            fill_in(*part, "{t}", "t" + std::to_string(i));
            fill_in(*part, "{n}", number);
            fill_in(*part, "{who}", "coalesce(data->>'who', 'nobody')");
        }
        tables += text.tables;
        blocks += text.blocks;
    }
    return "-- projection: random\n-- version: 1\n-- categories: thing, other\n" + std::string(words_of(declared))
           + tables + blocks;
}

}  // namespace

auto any_projection() -> rc::Gen<std::string> { return rc::gen::exec(random_projection); }

}  // namespace annals::tests
