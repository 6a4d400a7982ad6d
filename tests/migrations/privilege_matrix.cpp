// SPDX-License-Identifier: Apache-2.0
#include <tests/migrations/privilege_matrix.hpp>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace annals::tests {
namespace {

auto words_of(const std::string& line) -> std::vector<std::string>
{
    std::istringstream text(line);
    std::vector<std::string> words;
    for (std::string word; text >> word;) words.push_back(word);
    return words;
}

void add_line(privilege_matrix& to, const std::vector<std::string>& words)
{
    if (words.size() != 2 + to.roles.size())
        throw std::runtime_error("not one entry for each role: " + words.at(0) + " " + words.at(1));
    const auto object = words[0] + " " + words[1];
    std::vector<std::string> letters(words.begin() + 2, words.end());
    for (auto& entry : letters)
        if (entry == "-") entry.clear();
    if (!to.lines.emplace(object, std::move(letters)).second) throw std::runtime_error("twice: " + object);
}

}  // namespace

auto read_privilege_matrix(const std::string& path) -> privilege_matrix
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    privilege_matrix matrix;
    for (std::string line; std::getline(file, line);) {
        const auto words = words_of(line);
        if (words.empty() || words.front().starts_with('#')) continue;
        if (words.front() != "object") add_line(matrix, words);
        else
            for (std::size_t i = 1; i < words.size(); ++i) matrix.roles.push_back("annals_" + words[i]);
    }
    return matrix;
}

}  // namespace annals::tests
