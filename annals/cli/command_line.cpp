// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/command_line.hpp>

#include <annals/app/secret_words.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/cli/terminal/help.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <span>

namespace annals::cli {
namespace {

constexpr auto footer =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 found something (for probes).\n"
    "Settings: options over environment (ANNALS_*, libpq's PG*) over the file; `config` shows them all.";

struct flag {
    const char* option;
    const char* setting;
    const char* type;
    const char* meaning;
};
constexpr flag flags[] = {
    {"--dsn", "dsn", "DSN", "the log's database; otherwise libpq's PG* environment"},
    {"--read-dsn", "read_dsn", "DSN", "the read models' database; otherwise the log's"},
    {"--kafka", "kafka.bootstrap.servers", "BROKERS", "Kafka's, host:port,…; otherwise ANNALS_KAFKA_BOOTSTRAP_SERVERS"},
    {"--log-level", "log.level", "LEVEL", "debug, info, warning, error or off"},
    {"--log-format", "log.format", "FORMAT", "text, or json: an object a line"}};

auto deepest(const CLI::App& app) -> const CLI::App&
{
    const auto inner = app.get_subcommands();
    return inner.empty() ? app : deepest(*inner.front());
}

auto full_name(const CLI::App& app) -> std::string
{
    return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

/// `projections list: ` for a verb, nothing for the program itself.
auto prefix_of(const CLI::App& verb) -> std::string
{
    if (verb.get_parent() == nullptr) return {};
    const auto name = full_name(verb);
    return name.substr(name.find(' ') + 1) + ": ";
}

auto words_of(const CLI::App& app, bool options) -> std::vector<std::string>
{
    std::vector<std::string> words;
    if (!options)
        for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; }))
            words.push_back(verb->get_name());
    if (options)
        for (const auto* level = &app; level != nullptr; level = level->get_parent())
            for (const auto* option : level->get_options())
                for (const auto& name : option->get_lnames()) words.push_back("--" + name);
    return words;
}

/// CLI11's message, without the words of the line that it quotes.
auto without_words(std::string text, std::span<const char* const> line) -> std::string
{
    for (const std::string_view word : line.subspan(1)) {
        if (word.empty() || (word.starts_with("--") && word.find('=') == word.npos)) continue;
        for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
            text.replace(at, word.size(), "*");
    }
    return text;
}

/// CLI11's message about a refused line, with the name that was probably meant.
/// `words`: the whole line. A DSN without quotes breaks into pieces that look like words; then none is shown.
auto refused(const CLI::App& app, const CLI::ParseError& problem, std::span<const char* const> line) -> failure
{
    const bool has_secret = std::ranges::any_of(line, app::may_hold_secret);
    const auto& verb = deepest(app);
    const auto hint = "see: " + full_name(verb) + " --help";
    const auto words = app.remaining(true);
    const bool lacks_verb =
        verb.get_require_subcommand_min() > 0 && dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr;
    const bool has_unknown_word =
        !words.empty() && (lacks_verb || dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr);
    if (!has_unknown_word)
        return app::failure(prefix_of(verb)
                                + (lacks_verb   ? "a command is missing"
                                   : has_secret ? without_words(problem.what(), line)
                                                : problem.what()),
                            hint, exit_code::usage);

    const auto& word = words.front();
    const bool is_option = word.starts_with('-');
    const auto names = words_of(verb, is_option);
    const auto what = is_option       ? "there is no option \""
                      : names.empty() ? "does not take \""
                                      : "there is no command \"";
    const auto name = word.substr(0, word.find('='));
    if (has_secret && !is_option)
        return app::failure(prefix_of(verb) + "there is one word too many", "a value with blanks must be in quotes",
                            exit_code::usage);
    return app::failure(prefix_of(verb) + what + (has_secret ? name : word) + "\"",
                        app::did_you_mean(name, names, hint), exit_code::usage);
}

}  // namespace

struct command_line::parts {
    explicit parts(const std::string& description, const std::string& name) : app(description, name) {}

    CLI::App app;
    std::map<std::string, std::string> given;            ///< by option
    std::optional<std::string> file;
    std::vector<std::string> settings;                   ///< --set NAME=VALUE
    bool unsafe = false;
    cli::terminal::settings shown;
};

command_line::command_line(const std::string& description, session& session)
    : parts_(std::make_unique<parts>(description, session.program())), session_(session)
{
    auto& app = parts_->app;
    install_help(app);
    app.set_help_flag("-h,--help", "this page, or that of a command");
    const auto& own = session.types().version;
    app.set_version_flag("--version",
                         session.program() + (own.empty() ? "" : " " + own) + " (annals " ANNALS_VERSION ")",
                         "the version");
    app.fallthrough();
    app.require_subcommand(0, 1);
    app.add_option("--config", parts_->file, "a TOML file with settings; otherwise ANNALS_CONFIG")->type_name("FILE");
    for (const auto& one : flags)
        app.add_option(one.option, parts_->given[one.option], one.meaning)->type_name(one.type);
    app.add_option("--set", parts_->settings, "any setting, for example --set kafka.linger.ms=1")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_flag("--unsafe", parts_->unsafe, "accept a server that may lose what it has confirmed (fsync off)");
    app.add_flag("--json", parts_->shown.json, "data as JSON, one object per line");
    app.add_flag("--quiet,-q", parts_->shown.quiet, "no notes, no progress");
    add_verbs(app, session);
    app.footer(footer);                                  // last: verbs inherit everything set before it
}

command_line::~command_line() = default;

auto command_line::parse(int argc, const char* const* argv) -> outcome
{
    auto& app = parts_->app;
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        session_.terminal().print(app.help());
        return outcome::answered;
    } catch (const CLI::CallForVersion& version) {
        session_.terminal().print(std::string(version.what()) + "\n");
        return outcome::answered;
    } catch (const CLI::ParseError& problem) {
        throw refused(app, problem, {argv, static_cast<std::size_t>(argc)});
    }
    if (!session_.chosen()) {
        const auto& verb = deepest(app);
        throw app::failure(prefix_of(verb) + "a command is missing", "see: " + full_name(verb) + " --help",
                           exit_code::usage);
    }
    app::configuration_sources sources{.flags = {}, .environment = app::environment_of_process(), .file = parts_->file};
    for (const auto& [name, value] : session_.types().defaults) sources.defaults[name] = {value, session_.program()};
    for (const auto& one : flags)
        if (app.count(one.option) != 0) sources.flags[one.setting] = {parts_->given[one.option], one.option};
    if (parts_->unsafe) sources.flags["unsafe"] = {"true", "--unsafe"};
    for (const auto& text : parts_->settings) {
        const auto sign = text.find('=');
        if (sign == text.npos)
            throw app::failure("--set " + app::shown_word(text) + ": NAME=VALUE is expected", {}, exit_code::usage);
        sources.flags[text.substr(0, sign)] = {text.substr(sign + 1), "--set"};
    }
    app::hide_secrets_of_arguments(argc, argv);
    session_.configure(app::configuration(sources), parts_->shown);
    for (const auto& one : session_.configuration().near_misses()) session_.terminal().warn(one);
    return outcome::verb;
}

}  // namespace annals::cli
