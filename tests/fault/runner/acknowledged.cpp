// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/acknowledged.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace annals::fault_runs {
namespace {

auto split(const std::string& text, char mark) -> std::vector<std::string>
{
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string one; std::getline(in, one, mark);) all.push_back(one);
    return all;
}

auto read_try(const std::string& words) -> tried_append
{
    tried_append read;
    for (const auto& part : split(words, ';')) {
        const auto fields = split(part, ':');
        read.parts.push_back(
            {.key = fields.at(0), .expected = std::stoll(fields.at(1)), .ids = split(fields.at(2), ',')});
    }
    return read;
}

void note_places(tried_append& of, const std::string& words)
{
    const auto places = split(words, ';');
    for (std::size_t i = 0; i < of.parts.size(); ++i) {
        const auto fields = split(places.at(i), ':');
        of.parts[i].first_version = std::stoll(fields.at(0));
        of.parts[i].first_position = std::stoll(fields.at(1));
    }
    of.got = tried_append::answer::stored;
}

/// Only whole lines count: what was not written to its end did not begin.
void read_file(const std::filesystem::path& path, std::vector<tried_append>& to)
{
    std::map<std::string, std::size_t> by_first_id;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line) && !in.eof();) {
        std::istringstream words(line);
        std::string what, rest, more;
        words >> what >> rest >> more;
        if (what == "try" && line.back() != ',' && line.back() != ':') {
            to.push_back(read_try(rest));
            by_first_id[to.back().parts.at(0).ids.at(0)] = to.size() - 1;
        } else if (const auto known = by_first_id.find(rest); known != by_first_id.end()) {
            if (what == "no") to[known->second].got = tried_append::answer::refused;
            if (what == "ok") note_places(to[known->second], more);
        }
    }
}

}  // namespace

auto read_notes(const std::string& folder) -> std::vector<tried_append>
{
    std::vector<tried_append> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".notes") read_file(entry.path(), all);
    return all;
}

}  // namespace annals::fault_runs
