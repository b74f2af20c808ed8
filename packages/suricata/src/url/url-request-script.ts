/**
 * Lua: `matched(places_of(hosts, port), target)`, whether a request is listed.
 *
 * Requests are normalised here rather than by the engine: it does nothing for HTTP/2, and for
 * HTTP/1 loses the slash of a path that ends in a dot segment. `normalize-path.ts` does the
 * same to entries, byte by byte.
 */
export const REQUEST_SCRIPT = String.raw`
local function utf8(code)
  if code < 0x80 then return string.char(code) end
  local last = 0x80 + code % 0x40
  if code < 0x800 then return string.char(0xc0 + math.floor(code / 0x40), last) end
  if code >= 0xd800 and code < 0xe000 then return "\xef\xbf\xbd" end
  return string.char(0xe0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40, last)
end

local function decoded_unit(unit)
  if unit:byte(1) == 0x75 or unit:byte(1) == 0x55 then
    return #unit == 5 and utf8(tonumber(unit:sub(2), 16)) or nil
  end
  return string.char(tonumber(unit:sub(1, 2), 16)) .. unit:sub(3)
end

-- What follows a percent sign holds no other: one pass decodes no unit twice and misses none.
local function decode_path(text)
  if not text:find("%", 1, true) then return text end
  return (text:gsub("%%([uU%x]%x%x?%x?%x?)", decoded_unit))
end

local function decode_query(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- RFC 3986 section 5.2.4 on a path in which no slash follows another.
local function without_dot_segments(path)
  local kept, count, open = {}, 0, false
  for segment in path:gmatch("/([^/]*)") do
    if segment == ".." then
      count, open = math.max(count - 1, 0), true
    elseif segment == "." then
      open = true
    else
      count = count + 1
      kept[count], open = segment, false
    end
  end
  return "/" .. table.concat(kept, "/", 1, count) .. (open and count > 0 and "/" or "")
end

local function normal_path(path)
  path = decode_path(path)
  if path:byte(1) ~= 0x2f then path = "/" .. path end
  if path:find("\\", 1, true) then path = path:gsub("\\", "/") end
  if path:find("//", 1, true) then path = path:gsub("//+", "/") end
  if path:find("/.", 1, true) then path = without_dot_segments(path) end
  -- A question mark that was encoded begins no query.
  if path:find("[%%?]") then path = path:gsub("[%%?]", { ["%"] = "%25", ["?"] = "%3F" }) end
  return path
end

-- An entry without a query covers every query.
local function covered(places, target)
  local mark = target:find("?", 1, true)
  local path = normal_path(mark and target:sub(1, mark - 1) or target)
  local full = mark and path .. "?" .. decode_query(target:sub(mark + 1))
  for i = 1, #places do
    if listed(places[i] .. path) or (full and listed(places[i] .. full)) then return true end
  end
  return false
end

local address = ffi.new("uint8_t[16]")
local function ipv6_key(text)
  if ffi.C.inet_pton(AF_INET6, text, address) ~= 1 then return nil end
  local digits = {}
  for i = 0, 15 do digits[i + 1] = ("%02x"):format(address[i]) end
  return "[" .. table.concat(digits) .. "]"
end

-- The key of a host and its port, from what a Host field or an authority says.
local function host_and_port(text)
  text = text:match("^%s*(.-)%s*$"):match("([^@]*)$")
  local inner, port = text:match("^%[([^%]]*)%]:?(%d*)$")
  if inner then return ipv6_key(inner), tonumber(port) end
  local name
  name, port = text:match("^([^:]*):?(%d*)$")
  if not name then return nil end
  return (name:lower():gsub("%.+$", "")), tonumber(port)
end

local MAX_HOSTS = 64

-- An entry without a port covers every port; 80 and 443 are never part of one. The port is the
-- server's, or through a proxy the one that the request names.
local function places_of(hosts, port)
  local places, seen = {}, {}
  local function add(place)
    if not seen[place] then
      seen[place] = true
      places[#places + 1] = place
    end
  end
  for i = 1, math.min(#hosts, MAX_HOSTS) do
    local host, named = host_and_port(hosts[i])
    if host and host ~= "" then
      add(host)
      if port ~= 80 and port ~= 443 then add(host .. ":" .. port) end
      if named and named ~= 80 and named ~= 443 then add(host .. ":" .. named) end
    end
  end
  return places
end

-- A fragment is no part of a request, but clients exist that send one.
local function matched(places, target)
  if covered(places, target) then return true end
  local fragment = target:find("#", 1, true)
  return fragment ~= nil and covered(places, target:sub(1, fragment - 1))
end
`;
