// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/http_exchange.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/sagas/participants/curl_handles.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace annals::sagas {
namespace {

constexpr long connections_max = 64;
constexpr int look_every_ms = 1000;

void begin_curl()
{
    static const auto begun = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (begun != CURLE_OK) throw eventstore::error(std::string("libcurl: ") + curl_easy_strerror(begun));
}

/// One request under way. libcurl keeps pointers to it.
struct transfer {
    transfer(http_request what_, std::function<void(http_answer)> answered_, const std::string& ca_file);
    transfer(const transfer&) = delete;
    auto operator=(const transfer&) -> transfer& = delete;

    static auto take_body(char* bytes, std::size_t, std::size_t count, void* self) -> std::size_t
    {
        auto& [body, is_cut] = *static_cast<received*>(self);
        const auto room = std::min(count, http_exchange::body_bytes_max - body.size());
        body.append(bytes, room);
        is_cut = is_cut || room < count;
        return count;
    }
    auto answer(CURLcode how) -> http_answer;

    struct received {
        std::string body;
        bool is_cut = false;
    };

    http_request what;
    std::function<void(http_answer)> answered;
    received got;
    std::array<char, CURL_ERROR_SIZE> problem{};
    curl_header_list headers;
    curl_easy_handle easy{curl_easy_init()};
};

transfer::transfer(http_request what_, std::function<void(http_answer)> answered_, const std::string& ca_file)
    : what(std::move(what_)), answered(std::move(answered_))
{
    for (const auto& one : what.headers) {
        auto* const longer = curl_slist_append(headers.get(), one.c_str());
        headers.release();
        headers.reset(longer);
    }
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy.get(), option, value); };
    set(CURLOPT_URL, what.url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, what.body.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(what.body.size()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(what.patience.count(), 1)));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_USERAGENT, "annals");
    set(CURLOPT_ERRORBUFFER, problem.data());
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, &got);
    set(CURLOPT_PRIVATE, this);
    if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
}

auto transfer::answer(CURLcode how) -> http_answer
{
    long status = 0, sent = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy.get(), CURLINFO_REQUEST_SIZE, &sent);
    if (how == CURLE_OK)
        return {
            .status = static_cast<int>(status), .body = std::move(got.body), .is_cut = got.is_cut, .was_sent = true};
    return {.was_sent = sent > 0, .problem = problem.front() ? problem.data() : curl_easy_strerror(how)};
}

}  // namespace

class http_exchange::state {
public:
    explicit state(std::string ca_file) : ca_file_(std::move(ca_file))
    {
        curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, connections_max);
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    ~state()
    {
        thread_.request_stop();
        curl_multi_wakeup(multi_.get());
        thread_.join();
        for (const auto& [easy, one] : under_way_) curl_multi_remove_handle(multi_.get(), easy);
    }
    void add(std::unique_ptr<transfer> one)
    {
        {
            const std::scoped_lock lock(mutex_);
            added_.push_back(std::move(one));
        }
        curl_multi_wakeup(multi_.get());
    }
    auto ca_file() const -> const std::string& { return ca_file_; }

private:
    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            begin_added();
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            take_ended();
            curl_multi_poll(multi_.get(), nullptr, 0, look_every_ms, nullptr);
        }
    }
    void begin_added()
    {
        std::vector<std::unique_ptr<transfer>> added;
        {
            const std::scoped_lock lock(mutex_);
            added.swap(added_);
        }
        for (auto& one : added) {
            auto* const easy = one->easy.get();
            under_way_[easy] = std::move(one);
            curl_multi_add_handle(multi_.get(), easy);
        }
    }
    void take_ended()
    {
        int left = 0;
        while (const auto* const message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            auto* const easy = message->easy_handle;
            const auto how = message->data.result;
            const auto one = std::move(under_way_.extract(easy).mapped());
            auto answer = one->answer(how);
            curl_multi_remove_handle(multi_.get(), easy);
            one->answered(std::move(answer));
        }
    }

    const std::string ca_file_;
    std::mutex mutex_;  // guards the next
    std::vector<std::unique_ptr<transfer>> added_;
    curl_multi_handle multi_{curl_multi_init()};
    std::map<CURL*, std::unique_ptr<transfer>> under_way_;  ///< of the thread
    std::jthread thread_;
};

http_exchange::http_exchange(std::string ca_file)
{
    begin_curl();
    state_ = std::make_unique<state>(std::move(ca_file));
}

http_exchange::~http_exchange() = default;

void http_exchange::post(http_request what, std::function<void(http_answer)> answered)
{
    state_->add(std::make_unique<transfer>(std::move(what), std::move(answered), state_->ca_file()));
}

auto url_under(const std::string& base, std::string_view part) -> std::string
{
    const curl_url_handle url(curl_url());
    const auto refuse = [] [[noreturn]] (const std::string& why) {
        throw eventstore::invalid_request("the URL of a service " + why + ", such as http://storage:8080/steps");
    };
    if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) refuse("cannot be read; it is one");
    const auto get = [&](CURLUPart which) {
        char* found = nullptr;
        if (curl_url_get(url.get(), which, &found, 0) != CURLUE_OK) return std::string();
        return std::string(curl_text(found).get());
    };
    const auto scheme = get(CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") refuse("begins with http or https");
    if (!get(CURLUPART_QUERY).empty() || !get(CURLUPART_FRAGMENT).empty()) refuse("ends with a path");
    const curl_text escaped(curl_easy_escape(nullptr, part.data(), static_cast<int>(part.size())));
    return base + (base.ends_with('/') ? "" : "/") + escaped.get();
}

}  // namespace annals::sagas
