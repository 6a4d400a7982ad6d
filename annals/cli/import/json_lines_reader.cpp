// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/json_lines_reader.hpp>

#include <annals/cli/import/json_text.hpp>
#include <annals/cli/import/text_encoding.hpp>
#include <annals/eventstore/json.hpp>

namespace annals::cli::imports {
namespace {

using eventstore::json;

constexpr auto how_to_take_apart =
    "a JSON array is taken apart into lines by, for example: jq -c '.[]' FILE | annals import - …";

/// Splits one line's JSON: each member of the object becomes a cell.
class member_splitter final : public nlohmann::json_sax<json> {
public:
    explicit member_splitter(row_buffer& row) : row_(row) {}

    auto fault() const -> const std::string& { return fault_; }

    bool null() override { return scalar("null"); }
    bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return scalar(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return scalar(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& as_written) override { return scalar(as_written); }
    bool binary(binary_t&) override { return false; }

    bool string(string_t& value) override
    {
        if (depth_ == 1) {
            row_.append(value);
            row_.close(cell_kind::text);
            return true;
        }
        std::string quoted;
        append_json_string(quoted, value);
        return scalar(quoted);
    }

    bool start_object(std::size_t) override { return open('{'); }
    bool start_array(std::size_t) override { return open('['); }
    bool end_object() override { return close('}'); }
    bool end_array() override { return close(']'); }

    bool key(string_t& name) override
    {
        if (depth_ == 1) {
            row_.open(name);
            return true;
        }
        separate();
        std::string quoted;
        append_json_string(quoted, name);
        row_.append(quoted);
        row_.append(':');
        first_ = true;
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override
    {
        return blame("the line is not JSON from its byte " + std::to_string(position) + " on");
    }

private:
    auto blame(std::string why) -> bool
    {
        fault_ = std::move(why);
        return false;
    }

    auto scalar(std::string_view value) -> bool
    {
        if (depth_ == 0) return blame("the line is not a JSON object");
        separate();
        row_.append(value);
        if (depth_ == 1) row_.close(cell_kind::json);
        return true;
    }

    auto open(char bracket) -> bool
    {
        if (depth_ == 0 && bracket != '{') return blame("the line is not a JSON object");
        if (depth_ > 0) {
            separate();
            row_.append(bracket);
        }
        ++depth_;
        first_ = true;
        return true;
    }

    auto close(char bracket) -> bool
    {
        if (--depth_ == 0) return true;
        row_.append(bracket);
        first_ = false;
        if (depth_ == 1) row_.close(cell_kind::json);
        return true;
    }

    /// A comma before every member and element except the first; a member's value follows its name without one.
    void separate()
    {
        if (depth_ > 1 && !first_) row_.append(',');
        first_ = false;
    }

    row_buffer& row_;
    std::size_t depth_ = 0;
    bool first_ = true;
    std::string fault_;
};

}  // namespace

auto json_lines_reader::next() -> std::optional<std::expected<row, bad_row>>
{
    auto begins = line();
    bool found = false;
    while ((found = read_line()) && text_.find_first_not_of(" \t") == std::string::npos) begins = line();
    if (!found) return std::nullopt;
    if (too_large_)
        return std::unexpected(bad_row{begins, "the line has more than " + std::to_string(row_bytes_max) + " bytes"});

    if (const auto fault = fault_of_text(text_))
        return std::unexpected(bad_row{begins, "the line " + *fault, how_to_read(text_)});

    buffer_.clear();
    member_splitter splitter(buffer_);
    if (!json::sax_parse(text_, &splitter)) {
        const bool array = text_.find_first_not_of(" \t") == text_.find('[');
        return std::unexpected(bad_row{begins, splitter.fault(), array ? how_to_take_apart : ""});
    }
    return row{begins, buffer_.cells()};
}

/// Reads up to and including the line's end; false at the end of the file.
auto json_lines_reader::read_line() -> bool
{
    text_.clear();
    too_large_ = false;
    if (source_.peek() == byte_source::end) return false;
    int byte = source_.get();
    for (; byte != '\n' && byte != '\r' && byte != byte_source::end; byte = source_.get()) {
        too_large_ = too_large_ || text_.size() == row_bytes_max;
        if (!too_large_) text_ += static_cast<char>(byte);
    }
    if (byte == '\r' && source_.peek() == '\n') source_.get();
    return true;
}

}  // namespace annals::cli::imports
