// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/outgoing_rows.hpp>

#include <annals/eventstore/metadata_codec.hpp>
#include <annals/eventstore/partition.hpp>
#include <annals/libpq/parameters.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace annals::sagas {

using libpq::array;

namespace {

constexpr auto delete_deadlines = R"(
    delete from annals.outgoing_commands where id = any (array(
        select found.id from unnest($3::text[], $4::text[]) ended(instance, deadline)
        cross join lateral (select o.id from annals.outgoing_commands o
                            where o.processor = $1 and o.version = $2 and o.instance = ended.instance
                              and o.deadline = ended.deadline and o.deadline is not null and o.refused_at is null
                            limit 1) found)))";

// A deadline that is set again has another id: who carries out the former one does not delete it.
constexpr auto insert_rows = R"(
    insert into annals.outgoing_commands
        (processor, version, instance, caused_by, idempotency_key, slot, category, key, command, data, metadata,
         deadline, due_at, answers)
    select $1, $2, instance, caused_by, idempotency_key, slot, category, key, command, data::json, metadata::json,
           deadline, coalesce(due_at, '-infinity'), answers
    from unnest($3::text[], $4::uuid[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::text[], $10::text[],
                $11::text[], $12::text[], $13::timestamptz[], $14::int[]) with ordinality
         r(instance, caused_by, idempotency_key, slot, category, key, command, data, metadata, deadline, due_at,
           answers, place)
    order by place
    on conflict (processor, version, instance, deadline) where deadline is not null and refused_at is null do update
    set id = default, caused_by = excluded.caused_by, idempotency_key = excluded.idempotency_key, slot = excluded.slot,
        category = excluded.category, key = excluded.key, command = excluded.command, data = excluded.data,
        metadata = excluded.metadata, due_at = excluded.due_at, answers = excluded.answers,
        created_at = clock_timestamp(), attempts = 0, tried_at = null, reason = '', code = '')";

/// Adds arrays to the parameters in binary form; they live as long as this.
class array_parameters {
public:
    array_parameters(const processors::processor_id& of, std::vector<array> columns)
    {
        values_.append(of.name);
        values_.append(of.version);
        bytes_.reserve(columns.size());
        for (auto& column : columns) {
            const auto& one = bytes_.emplace_back(std::move(column).bytes());
            values_.append(pqxx::bytes_view{reinterpret_cast<const std::byte*>(one.data()), one.size()});
        }
    }
    auto values() const -> const pqxx::params& { return values_; }

private:
    std::vector<std::string> bytes_;
    pqxx::params values_;
};

}  // namespace

auto cause_of(const processors::processor_id& of, const eventstore::recorded_event& event, std::string instance)
    -> cause
{
    const auto known = eventstore::decode_metadata(event.metadata);
    const auto id = eventstore::to_string(event.id);
    return {.instance = std::move(instance),
            .event = event.id,
            .idempotency_key = of.name + "/" + std::to_string(of.version) + "/" + id,
            .metadata = eventstore::encode(eventstore::metadata{
                .source_service = of.name,
                .correlation_id = known.correlation_id.empty() ? id : known.correlation_id,
                .causation_id = id,
                .traceparent = known.traceparent,
                .tracestate = known.tracestate,
            })};
}

auto outgoing_rows::add(const cause& why, const outgoing& sent, int number) -> int
{
    for (const auto& one : sent.all()) {
        if (!one.deadline.empty()) {
            std::erase_if(rows_, [&](const row& known) {
                return known.what.deadline == one.deadline && known.why.instance == why.instance;
            });
            if (one.command.empty()) ended_.emplace(why.instance, one.deadline);
            else ended_.erase({why.instance, one.deadline});
        }
        if (!one.command.empty()) rows_.push_back({why, one, why.idempotency_key + "/" + std::to_string(number)});
        ++number;
    }
    return number;
}

void outgoing_rows::write(pqxx::transaction_base& tx) const
{
    if (!ended_.empty()) end_deadlines(tx);
    if (rows_.empty()) return;
    insert(tx);
    tx.exec("select pg_notify($1, '')", pqxx::params{channel_of_outgoing});
}

void outgoing_rows::end_deadlines(pqxx::transaction_base& tx) const
{
    auto instances = array::of<std::string_view>(), names = array::of<std::string_view>();
    for (const auto& [instance, name] : ended_) {
        instances.add(std::string_view(instance));
        names.add(std::string_view(name));
    }
    const array_parameters columns(of_, {std::move(instances), std::move(names)});
    tx.exec(delete_deadlines, columns.values());
}

void outgoing_rows::insert(pqxx::transaction_base& tx) const
{
    auto text = [] { return array::of<std::string_view>(); };
    auto instances = text(), keys = text(), categories = text(), targets = text(), names = text(), data = text(),
         metadata = text(), deadlines = text();
    auto events = array::of<eventstore::uuid>();
    auto slot = array::of<std::int16_t>();
    auto due = array::of<eventstore::timestamp>();
    auto answers = array::of<std::int32_t>();
    for (const auto& one : rows_) {
        instances.add(std::string_view(one.why.instance));
        events.add(one.why.event);
        keys.add(std::string_view(one.idempotency_key));
        slot.add(static_cast<std::int16_t>(eventstore::partition_of(one.what.target.key, slots)));
        categories.add(std::string_view(one.what.target.category));
        targets.add(std::string_view(one.what.target.key));
        names.add(std::string_view(one.what.command));
        data.add(std::string_view(one.what.data));
        metadata.add(std::string_view(one.why.metadata));
        deadlines.add(one.what.deadline.empty() ? std::nullopt : std::optional(std::string_view(one.what.deadline)));
        due.add(one.what.due_at);
        answers.add(std::int32_t{one.why.answers});
    }
    const array_parameters columns(of_,
                                   {std::move(instances), std::move(events), std::move(keys), std::move(slot),
                                    std::move(categories), std::move(targets), std::move(names), std::move(data),
                                    std::move(metadata), std::move(deadlines), std::move(due), std::move(answers)});
    tx.exec(insert_rows, columns.values());
}

}  // namespace annals::sagas
