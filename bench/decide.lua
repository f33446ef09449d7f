-- SPDX-License-Identifier: Apache-2.0
-- decide.lua ROWS ANSWERS - the policy of bench/gateway.rpl in Lua 5.4 or LuaJIT:
-- reads rows of nine 64-bit integers, decides them all, prints the nanoseconds
-- of a decision (the best of several passes) and writes the answers: an outcome
-- and an amount for each row, as text.
local path, answers = arg[1], arg[2]
local file = assert(io.open(path, "rb"))
local bytes = file:read("a") or file:read("*a")
file:close()

local DAYS = 7 * 86400 * 1000000
local floor = math.floor

-- Outcomes as in bench/anchors.c. Products stay below 2^53 in these rows.
local function decide(requested, paid, promotion, fee, cash, domains, consumed,
                      quota, reset)
  if requested - paid > DAYS or promotion ~= 0 then return 0, 0 end
  local whole = fee < cash and fee or cash
  if domains == 0 then return 2, whole end
  if consumed == 0 then
    if reset ~= 0 then return 2, whole end
    return 1, whole
  end
  local n = 2 * fee * (quota - consumed) + quota
  local d = 2 * quota
  local share = (n - n % d) / d
  return 3, share < cash and share or cash
end

local rows, count = {}, 0
local read
if jit then
  local ffi = require("ffi")
  ffi.cdef("typedef struct { int64_t f[9]; } Row;")
  count = #bytes / 72
  local structs = ffi.cast("const Row *", bytes)
  read = function(i)
    local f = structs[i].f
    return decide(tonumber(f[0]), tonumber(f[1]), tonumber(f[2]),
      tonumber(f[3]), tonumber(f[4]), tonumber(f[5]), tonumber(f[6]),
      tonumber(f[7]), tonumber(f[8]))
  end
else
  count = floor(#bytes / 72)
  for i = 0, count - 1 do
    rows[i] = { string.unpack("<i8i8i8i8i8i8i8i8i8", bytes, i * 72 + 1) }
  end
  read = function(i)
    local f = rows[i]
    return decide(f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9])
  end
end

local best = math.huge
for _ = 1, 40 do
  local start, sum = os.clock(), 0
  for i = 0, count - 1 do
    local outcome, amount = read(i)
    sum = sum + outcome + amount
  end
  local seconds = os.clock() - start
  if seconds < best then best = seconds end
end
print(string.format("%.2f", best / count * 1e9))

local out = assert(io.open(answers, "w"))
for i = 0, count - 1 do
  local outcome, amount = read(i)
  out:write(string.format("%d %.0f\n", outcome, amount))
end
out:close()
