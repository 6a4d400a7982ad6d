// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/due_commands.hpp>

#include <algorithm>

namespace annals::sagas {

using libpq::array, libpq::parameters;

namespace {

constexpr auto select_due = R"(
    select o.id, o.processor, o.version, o.slot, o.instance, o.caused_by, o.idempotency_key, o.category, o.key,
           o.command, o.data, o.metadata, coalesce(o.deadline, ''), o.answers
    from annals.due_commands($1, $2, $3) o order by o.due_at, o.id)";

constexpr auto select_next_due = R"(
    select ceil(extract(epoch from annals.next_due($1, $2) - clock_timestamp()) * 1000)::bigint)";

constexpr auto delete_done = "delete from annals.outgoing_commands where id = any ($1)";

constexpr auto note_attempts = R"(
    update annals.outgoing_commands o
    set attempts = o.attempts + 1, tried_at = clock_timestamp(), reason = tried.reason, code = tried.code,
        refused_at = case when tried.refused then clock_timestamp() end
    from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[]) tried(id, reason, code, refused)
    where o.id = tried.id)";

auto texts_of(const auto& all, const auto& text_of) -> array
{
    auto texts = array::of<std::string_view>();
    for (const auto& one : all) texts.add(std::string_view(text_of(one)));
    return texts;
}

auto names_of(const std::set<std::string>& slots) -> array
{
    return texts_of(slots, [](const std::string& name) { return name; });
}

auto names_of(const std::set<eventstore::stream_id>& targets) -> array
{
    return texts_of(targets, [](const eventstore::stream_id& one) { return to_string(one); });
}

auto text(const libpq::result& rows, int row, int column) -> std::string
{
    return std::string(rows.bytes(row, column));
}

auto command_in(const libpq::result& rows, int row) -> due_command
{
    return {.id = rows.get<std::int64_t>(row, 0),
            .of = {text(rows, row, 1), rows.get<std::int32_t>(row, 2)},
            .slot = rows.get<std::int16_t>(row, 3),
            .instance = text(rows, row, 4),
            .caused_by = rows.get<eventstore::uuid>(row, 5),
            .idempotency_key = text(rows, row, 6),
            .target = {text(rows, row, 7), text(rows, row, 8)},
            .command = text(rows, row, 9),
            .data = text(rows, row, 10),
            .metadata = text(rows, row, 11),
            .deadline = text(rows, row, 12),
            .answers = rows.get<std::int32_t>(row, 13)};
}

}  // namespace

auto slot_name(std::string_view process_manager, int slot) -> std::string
{
    return std::string(process_manager) + "/" + std::to_string(slot);
}

auto read_due(libpq::connection& model, const due_selection& wanted, std::size_t count) -> std::vector<due_command>
{
    const auto rows = model.query(
        select_due, parameters::of(names_of(wanted.slots), names_of(wanted.busy), static_cast<std::int64_t>(count)));
    std::vector<due_command> found;
    for (int row = 0; row < rows.size(); ++row) found.push_back(command_in(rows, row));
    return found;
}

auto until_next_due(libpq::connection& model, const due_selection& wanted) -> std::optional<std::chrono::milliseconds>
{
    const auto rows = model.query(select_next_due, parameters::of(names_of(wanted.slots), names_of(wanted.busy)));
    const auto ms = rows.find<std::int64_t>(0, 0);
    return ms ? std::optional(std::chrono::milliseconds{std::max<std::int64_t>(0, *ms)}) : std::nullopt;
}

void settle(libpq::connection& model, std::span<const carried> all)
{
    auto done = array::of<std::int64_t>(), tried = array::of<std::int64_t>();
    auto reasons = array::of<std::string_view>(), codes = array::of<std::string_view>();
    auto refused = array::of<bool>();
    for (const auto& one : all) {
        if (one.came_to == carried::result::done) done.add(one.command.id);
        const bool is_refused = one.came_to == carried::result::refused;
        if (!is_refused && one.came_to != carried::result::failed) continue;
        tried.add(one.command.id);
        reasons.add(std::string_view(one.reason));
        codes.add(std::string_view(one.code));
        refused.add(is_refused);
    }
    if (done.size() > 0) model.query(delete_done, parameters::of(std::move(done)));
    if (tried.size() > 0)
        model.query(note_attempts,
                    parameters::of(std::move(tried), std::move(reasons), std::move(codes), std::move(refused)));
}

}  // namespace annals::sagas
