-- wrk -s load.lua URL -- KIND [N] [TOKEN]: every kind of load of the bench. Prints one JSON line at the end.
--   get         GET of the URL's path
--   post        POST of a value never sent before: SQLite writes nothing for a value that is there already
--   mixed       nine GETs of the URL's path, then one such POST
--   echo        POST of N bytes to the URL's path

local kind, count, token
local sent = 0
local get, echo

function init(args)
  kind = args[1]
  count = tonumber(args[2] or "0")
  token = args[3] or "value"
  get = wrk.format("GET")
  if kind == "echo" then echo = wrk.format("POST", nil, nil, string.rep("x", count)) end
end

-- A thousand keys, so that writes do not all meet in one row, and values that never come again.
local function post()
  return wrk.format("POST", "/written-" .. (sent % 1000), nil, token .. "-" .. sent)
end

function request()
  sent = sent + 1
  if kind == "echo" then return echo end
  if kind == "post" or (kind == "mixed" and sent % 10 == 0) then return post() end
  return get
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,"max":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
