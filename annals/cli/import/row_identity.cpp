// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/row_identity.hpp>

#include <algorithm>
#include <vector>

namespace annals::cli::imports {
namespace {

using namespace eventstore;

/// Preceded by its length, so that no two lists of texts look the same.
void append_text(std::string& to, std::string_view text)
{
    to += std::to_string(text.size());
    to += ':';
    to += text;
}

/// Where the first text inside a JSON object ends: at the next comma that is not within a value.
auto member_size(std::string_view inside) -> std::size_t
{
    int depth = 0;
    bool in_text = false;
    for (std::size_t at = 0; at < inside.size(); ++at) {
        const char c = inside[at];
        if (in_text && c == '\\') ++at;
        else if (c == '"') in_text = !in_text;
        else if (in_text) continue;
        else if (c == '{' || c == '[') ++depth;
        else if (c == '}' || c == ']') --depth;
        else if (c == ',' && depth == 0) return at;
    }
    return inside.size();
}

auto sorted_members(std::string_view object) -> std::vector<std::string_view>
{
    std::vector<std::string_view> members;
    if (object.size() < 2) return members;
    auto inside = object.substr(1, object.size() - 2);
    while (!inside.empty()) {
        const auto size = member_size(inside);
        members.push_back(inside.substr(0, size));
        inside.remove_prefix(std::min(size + 1, inside.size()));
    }
    std::ranges::sort(members);
    return members;
}

}  // namespace

auto is_imported(const recorded_event& event) -> bool { return event.metadata == import_metadata; }

auto content_of(const stream_id& stream, std::string_view type, std::optional<timestamp> at, std::string_view data)
    -> uuid
{
    std::string name = "import row ";
    append_text(name, stream.category);
    append_text(name, stream.key);
    append_text(name, type);
    append_text(name, at ? std::to_string(at->time_since_epoch().count()) : "");
    for (const auto member : sorted_members(data)) append_text(name, member);
    return uuid_of_name(name);
}

auto id_of_row(const uuid& content, std::uint32_t number) -> uuid
{
    return number == 1 ? content : uuid_of_name("import row " + to_string(content) + " " + std::to_string(number));
}

auto id_of_source(const stream_id& stream, std::string_view source_id) -> uuid
{
    std::string name = "import id ";
    append_text(name, stream.category);
    append_text(name, stream.key);
    append_text(name, source_id);
    return uuid_of_name(name);
}

}  // namespace annals::cli::imports
