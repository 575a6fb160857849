-- wrk: sends requests made of a file's parts for SECONDS, then lets all that is under way be answered.
-- SPDX-License-Identifier: Apache-2.0
-- REQUESTS is a file of pieces, each behind its length in decimal and a line feed; two pieces make a request, and between
-- them, when KEY is set, goes a new idempotency key that begins with it. The pairs are taken in turn. run with -t1.
local ffi = require("ffi")
ffi.cdef("typedef struct { long s, ns; } moment; int clock_gettime(int, moment *);")
local moment, seconds, key = ffi.new("moment"), tonumber(os.getenv("SECONDS")), os.getenv("KEY")
local heads, tails, count, at, sent, over, first = {}, {}, 0, 0, 0, false, 0
sent_in_all, lasted = 0, 0 -- for done()

local function now()
    ffi.C.clock_gettime(1, moment)
    return tonumber(moment.s) + tonumber(moment.ns) / 1e9
end

function setup(thread)
    the_thread = thread
end

function init()
    local file = assert(io.open(os.getenv("REQUESTS"), "rb"))
    local pieces = {}
    while true do
        local length = file:read("*n")
        if not length then break end
        file:read(1)
        pieces[#pieces + 1] = length > 0 and file:read(length) or ""
    end
    file:close()
    count = #pieces / 2
    for i = 1, count do
        heads[i], tails[i] = pieces[2 * i - 1], pieces[2 * i]
    end
    at = tonumber(os.getenv("FROM") or "0") % count
end

-- An empty request is never answered: the connection then waits for the end.
function request()
    if over then return "" end
    if sent % 32 == 0 then
        local instant = now()
        if first == 0 then first = instant end
        if instant - first >= seconds then
            over, sent_in_all, lasted = true, sent, instant - first
            return ""
        end
    end
    sent, at = sent + 1, at % count + 1
    if key then return heads[at] .. string.format("%s%08x", key, sent) .. tails[at] end
    return heads[at] .. tails[at]
end

-- wrk asks for one request more than it sends, to look at it.
function done(summary, latency)
    local thread, errors = the_thread, summary.errors
    io.write(string.format("RESULT sent=%d answered=%d seconds=%.3f p50=%.3f p99=%.3f max=%.3f bad=%d broken=%d\n",
        thread:get("sent_in_all") - 1, summary.requests, thread:get("lasted"), latency:percentile(50) / 1000,
        latency:percentile(99) / 1000, latency.max / 1000, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
