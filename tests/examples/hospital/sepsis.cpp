// SPDX-License-Identifier: Apache-2.0
#include <tests/examples/hospital/sepsis.hpp>

#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace annals::tests::sepsis {
namespace {

auto split(std::string line) -> std::vector<std::string>
{
    if (line.find('"') != std::string::npos)
        throw std::runtime_error("sepsis.csv holds a quote; this reader is too simple");
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> cells;
    std::istringstream from(line + ",");
    for (std::string cell; std::getline(from, cell, ',');) cells.push_back(cell);
    return cells;
}

}  // namespace

auto is_there() -> bool
{
    if (std::filesystem::exists(file)) return true;
    std::cout << "SKIPPED: " << file.string() << " is not there" << std::endl;
    return false;
}

auto rows() -> std::vector<row>
{
    std::ifstream from(file);
    std::string line;
    std::getline(from, line);
    const auto header = split(line);
    std::vector<row> all;
    while (std::getline(from, line)) {
        const auto cells = split(line);
        auto& cells_by_name = all.emplace_back();
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (!cells[i].empty()) cells_by_name[header.at(i)] = cells[i];
    }
    return all;
}

auto patients() -> std::map<std::string, std::vector<row>>
{
    std::map<std::string, std::vector<row>> all;
    for (auto& each : rows()) all[each.at("case:concept:name")].push_back(std::move(each));
    return all;
}

auto value_of(const row& from, const std::string& column) -> std::optional<std::string>
{
    const auto found = from.find(column);
    return found == from.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace annals::tests::sepsis
