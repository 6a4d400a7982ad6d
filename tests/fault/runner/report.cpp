// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/report.hpp>

#include <nlohmann/json.hpp>

#include <sstream>

namespace annals::fault_runs {
namespace {

using json = nlohmann::ordered_json;

auto sum(const std::map<std::string, std::int64_t>& counts) -> std::int64_t
{
    std::int64_t all = 0;
    for (const auto& [name, count] : counts) all += count;
    return all;
}

auto with_commas(std::int64_t number) -> std::string
{
    auto text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

void add_line(std::ostringstream& to, const std::string& name, std::int64_t count)
{
    const auto number = with_commas(count);
    to << "  " << name << std::string(name.size() < 50 ? 50 - name.size() : 1, ' ')
       << std::string(number.size() < 12 ? 12 - number.size() : 0, ' ') << number << '\n';
}

void add_counts(std::ostringstream& to, const std::string& title, const std::map<std::string, std::int64_t>& counts)
{
    to << '\n' << title << '\n';
    for (const auto& [name, count] : counts) add_line(to, name, count);
    add_line(to, "in all", sum(counts));
}

}  // namespace

auto report::faults_in_all() const -> std::int64_t { return sum(faults); }

auto as_table(const report& of) -> std::string
{
    std::ostringstream text;
    add_counts(text, "faults", of.faults);
    add_counts(text, "operators' acts", of.acts);
    for (const auto& [name, why] : of.skipped) text << "  skipped: " << name << ": " << why << '\n';
    text << "\nevents\n";
    add_line(text, "appended", of.appended);
    add_line(text, "published", of.published);
    add_line(text, "applied, in all read models", of.applied);
    add_line(text, "appends refused (conflicts)", of.refused);
    add_line(text, "appends without an answer", of.in_doubt);
    add_counts(text, "checks", of.checks);
    text << "\nseed " << of.seed << ": " << of.faults_in_all() << " faults in " << of.episodes << " episodes, "
         << of.took.count() << " s; " << of.violations.size()
         << (of.violations.size() == 1 ? " violation" : " violations") << '\n';
    return text.str();
}

auto as_json(const report& of) -> std::string
{
    auto violations = json::array();
    for (const auto& [check, what, episode] : of.violations)
        violations.push_back({{"check", check}, {"episode", episode}, {"what", what}});
    const json all{{"seed", of.seed},         {"episodes", of.episodes},   {"seconds", of.took.count()},
                   {"faults", of.faults},     {"acts", of.acts},           {"skipped", of.skipped},
                   {"appended", of.appended}, {"published", of.published}, {"applied", of.applied},
                   {"refused", of.refused},   {"in_doubt", of.in_doubt},   {"checks", of.checks},
                   {"violations", violations}};
    return all.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace annals::fault_runs
