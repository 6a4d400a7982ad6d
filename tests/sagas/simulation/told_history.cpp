// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/told_history.hpp>

#include <tests/sagas/advance/told.hpp>

#include <iomanip>
#include <map>
#include <sstream>

namespace annals::sagas::simulation {
namespace {

struct line {
    eventstore::timestamp at{};
    std::string saga_id, text;
};

auto name_of(const std::string& step, direction where) -> std::string
{
    return (where == direction::backward ? "undo " : "") + step;
}

auto told(const input& one) -> std::string
{
    static const char* const names[] = {"start",  "reply",  "signal",    "tick",  "pause",
                                        "resume", "cancel", "terminate", "retry", "skip"};
    const std::string name = names[one.index()];
    if (const auto* const answer = std::get_if<reply>(&one))
        return "answer to " + name_of(answer->step, answer->direction) + " (" + std::to_string(answer->attempt) + ")"
               + (answer->error ? ": " + *answer->error : "");
    if (const auto* const came = std::get_if<signal>(&one)) return name + " " + came->name;
    if (const auto* const skipped = std::get_if<skip>(&one)) return name + " " + skipped->step;
    if (const auto* const retried = std::get_if<retry>(&one)) return name + " " + retried->step;
    return name;
}

auto lines_of(const history& all) -> std::map<sequence, line>
{
    std::map<sequence, line> lines;
    for (const auto& [id, facts] : all.sagas)
        for (const auto& one : facts)
            lines[one.number] = {one.stored_at, id, "fact: " + sagas::told(one.what.fact, one.what.at)};
    for (const auto& [number, one] : all.asked)
        lines[number] = {one.deadline, one.saga_id,
                         "asked: " + name_of(one.step, one.direction) + " (" + std::to_string(one.attempt) + ")"};
    for (const auto& one : all.effects)
        lines[one.number] = {one.at, one.saga_id, "EFFECT: " + name_of(one.step, one.direction)};
    for (const auto& one : all.arrivals) {
        lines[one.number] = {one.at, one.what.saga_id, "arrived: " + told(one.what.what)};
        if (one.taken == 0) continue;
        const auto refusal = one.refusal ? ", refused: " + *one.refusal : "";
        lines[one.taken] = {one.at, one.what.saga_id, "taken: " + told(one.what.what) + refusal};
    }
    for (const auto& one : all.remarks) lines[one.number] = {one.at, "", one.text};
    return lines;
}

void write(std::ostream& to, sequence number, const line& one)
{
    to << std::setw(5) << number << ' ' << eventstore::to_string(one.at).substr(14, 9) << ' ' << std::setw(3)
       << one.saga_id << ' ' << one.text << '\n';
}

auto told(const definition& of) -> std::string
{
    std::ostringstream text;
    text << "definition: " << (of.parallel_compensation ? "" : "one undo at a time, ") << of.compensation_retries
         << " retries of undoing, timeout " << of.timeout.count() << " ms, active " << of.active_max << '\n';
    for (const auto& one : of.steps) {
        text << "  " << one.id << ' ' << one.service << (one.pivot ? " pivot" : "")
             << (one.compensation.is_needed() ? "" : " no compensation")
             << (one.signal.empty() ? "" : " signal " + one.signal) << ", timeout " << one.timeout.count()
             << " ms, retries " << one.retries << ", after";
        for (const auto& before : one.after) text << ' ' << before;
        text << '\n';
    }
    return text.str();
}

}  // namespace

auto told(const history& all) -> std::string
{
    std::ostringstream text;
    text << told(all.of);
    for (const auto& [number, one] : lines_of(all)) write(text, number, one);
    return text.str();
}

auto told(const history& all, const std::vector<violation>& found) -> std::string
{
    if (found.empty()) return {};
    std::ostringstream text;
    text << "ANNALS_SEED=" << all.seed << " repeats it\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 5); ++i)
        text << found[i].rule << ' ' << found[i].saga_id << ": " << found[i].text << " (" << found[i].at << ")\n";
    text << told(all.of);
    for (const auto& [number, one] : lines_of(all))
        if (one.saga_id == found[0].saga_id && (found[0].at == 0 || number <= found[0].at)) write(text, number, one);
    return text.str();
}

}  // namespace annals::sagas::simulation
