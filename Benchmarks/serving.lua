-- What wrk asks for: the same address again and again, random ranges of it, or one request a while.
--
--     wrk ... -s serving.lua URL -- plain
--     wrk ... -s serving.lua URL -- ranges FILE-LENGTH RANGE-LENGTH SEED
--     wrk ... -s serving.lua URL -- steady MILLISECONDS
--
-- and prints one line of JSON about it.

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(arguments)
    local way = arguments[1]
    if way == "ranges" then
        local length, part = tonumber(arguments[2]), tonumber(arguments[3])
        math.randomseed(tonumber(arguments[4]) + number)
        request = function()
            local first = math.random(0, length - part)
            return wrk.format("GET", nil, { ["Host"] = "localhost",
                ["Range"] = string.format("bytes=%d-%d", first, first + part - 1) })
        end
    elseif way == "steady" then
        -- Not all at the same moment: half as long up to one and a half as long.
        local pause = tonumber(arguments[2])
        delay = function() return math.random(pause / 2, pause * 3 / 2) end
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format(
        '{"requests": %d, "bytes": %d, "seconds": %.6f, "failures": %d, "p50": %.1f, "p99": %.1f}',
        summary.requests, summary.bytes, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
