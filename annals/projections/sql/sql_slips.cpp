// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/sql_slips.hpp>

#include <annals/eventstore/edit_distance.hpp>
#include <annals/eventstore/payload_check.hpp>
#include <annals/projections/sql/directive.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_scan.hpp>

#include <algorithm>
#include <functional>

namespace annals::projections {
namespace {

/// Lines count from 1.
void for_each_line(std::string_view text, const std::function<void(std::string_view, int)>& look)
{
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        look(text.substr(0, end), number);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

auto is_letter(char c) -> bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

auto small(std::string_view word) -> std::string
{
    std::string letters(word);
    for (auto& c : letters)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return letters;
}

/// Blanks, and the bytes that a copied web page may have in their place.
auto without_blanks(std::string_view text) -> std::string_view
{
    for (;;) {
        if (text.starts_with(' ') || text.starts_with('\t') || text.starts_with('\r')) text.remove_prefix(1);
        else if (text.starts_with("\xC2\xA0")) text.remove_prefix(2);             // no-break space
        else if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);         // byte order mark
        else return text;
    }
}

/// A comment that begins with one word, and the rest of it.
struct comment {
    std::string_view word;
    std::string_view rest;
};

auto comment_of(std::string_view line) -> comment
{
    line = without_blanks(line);
    if (!line.starts_with("--")) return {};
    line = without_blanks(line.substr(2));
    const auto end = std::ranges::find_if_not(line, is_letter) - line.begin();
    const auto letters = static_cast<std::size_t>(end);
    return {line.substr(0, letters), without_blanks(line.substr(letters))};
}

/// The known word that was probably meant; empty when it is a word of its own.
auto meant_by(std::string_view word, bool in_header) -> std::string_view
{
    constexpr std::size_t telling = 4;
    const auto is_near = [&](std::string_view known) {
        const std::size_t slips = known.size() < 8 ? 1 : 2;
        const bool begins_so = in_header && known != block_word && word.size() <= known.size() + 2
                               && word.substr(0, telling) == known.substr(0, telling);
        return begins_so || eventstore::edit_distance(word, known) <= slips;
    };
    if (is_header_word(word)) return *std::ranges::find(header_words, word);
    if (word == block_word || is_near(block_word)) return block_word;
    const auto known = std::ranges::find_if(header_words, is_near);
    return known == header_words.end() ? std::string_view{} : *known;
}

/// `-- order none` and `-- apply sample.created`: nobody writes comments like these.
auto lacks_colon(std::string_view word, std::string_view rest) -> bool
{
    rest = trimmed_line(rest);
    if (word == "order") return rest == "none" || rest == "strict";
    if (word == "parallel") return rest == "key";
    if (word != block_word || rest.find_first_of(" \t") != std::string_view::npos) return false;
    const auto dot = rest.find('.');
    return rest.contains('*') || (dot != std::string_view::npos && dot > 0 && dot + 1 < rest.size());
}

auto has_form_of_directive(const comment& found, const std::string& word, bool in_header) -> bool
{
    if (found.rest.starts_with("::")) return false;           // a cast
    if (found.rest.starts_with(':')) return true;
    return (in_header && found.rest.starts_with('=')) || lacks_colon(word, found.rest);
}

void refuse_slip(std::string_view line, int number, bool in_header, const std::string& path)
{
    const auto found = comment_of(line);
    const auto word = small(found.word);
    if (word.empty() || !has_form_of_directive(found, word, in_header)) return;
    const auto meant = std::string(meant_by(word, in_header));
    if (meant.empty()) return;
    const auto wanted = "\"-- " + meant + ":\"";
    if (meant != found.word)
        throw bad_file(path, number,
                       "there is no \"-- " + std::string(found.word) + ":\"; did you mean " + wanted
                           + "? (A comment of that word: write it between /* and */)");
    throw bad_file(path, number, "did you mean " + wanted + "? Write it so, at the beginning of the line");
}

}  // namespace

void refuse_slips(std::string_view text, const std::string& path)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    bool in_header = true;
    const auto inside = lines_inside(text);
    for_each_line(text, [&](std::string_view line, int number) {
        if (inside.contains(number)) return;
        const auto found = directive_of(line);
        const bool is_block = found && found->word == block_word;
        const bool is_header = found && is_header_word(found->word);
        if (is_header && !in_header)
            throw bad_file(path, number,
                           "\"-- " + std::string(found->word)
                               + ":\" counts only at the head of the file; move it above everything "
                                 "but comments that begin with --");
        if (!is_block && !is_header) refuse_slip(line, number, in_header, path);
        in_header = in_header && !is_block && (trimmed_line(line).empty() || line.starts_with("--"));
    });
}

void refuse_other_encodings(std::string_view text, const std::string& path)
{
    const auto zero = text.substr(0, 4).find('\0');
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || zero != std::string_view::npos)
        throw bad_file(path, 1, "the file is UTF-16; save it as UTF-8");
    for_each_line(text, [&](std::string_view line, int number) {
        if (line.contains('\0')) throw bad_file(path, number, "the line holds a zero byte; remove it");
        if (eventstore::is_utf8(line)) return;
        constexpr std::size_t sequence_bytes_max = 4;
        for (std::size_t bytes = 1; !line.empty(); ++bytes) {
            if (bytes > std::min(sequence_bytes_max, line.size())) break;
            if (!eventstore::is_utf8(line.substr(0, bytes))) continue;
            line.remove_prefix(bytes);
            bytes = 0;
        }
        constexpr auto digits = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(line.front());
        throw bad_file(path, number,
                       std::string("the byte 0x") + digits[byte / 16] + digits[byte % 16]
                           + " is not UTF-8; save the file as UTF-8");
    });
}

}  // namespace annals::projections
