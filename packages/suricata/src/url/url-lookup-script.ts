/**
 * Lua: `listed(key)`, a look-up in the table shared with the agent (see `url-table-format.ts`).
 * `table_ready()` comes first: it maps the table once per engine thread, and again when the
 * writer replaced it.
 */
export const LOOKUP_SCRIPT = String.raw`local ffi = require("ffi")
local bit = require("bit")
local band, bor, bxor = bit.band, bit.bor, bit.bxor
local lshift, rol, tobit = bit.lshift, bit.rol, bit.tobit

ffi.cdef[[
int open(const char *, int, ...);
int close(int);
long lseek(int, long, int);
void *mmap(void *, size_t, int, int, int, long);
int munmap(void *, size_t);
int inet_pton(int, const char *, void *);
]]

local PATH = "@PATH@"
local HEADER, SLOT, PROBES = @HEADER@, @SLOT@, @PROBES@
local SEEK_END, PROT_READ, MAP_SHARED, O_CLOEXEC, AF_INET6 = 2, 1, 1, 0x80000, 10

local map, map_size, words, slots, mask, key0, key1

local function unmap()
  if map then ffi.C.munmap(map, map_size) end
  map, words, slots = nil, nil, nil
end

-- The size is checked before mapping: touching a page beyond the end of a file kills the engine.
local function open_table()
  local fd = ffi.C.open(PATH, O_CLOEXEC)
  if fd < 0 then return false end
  local size = tonumber(ffi.C.lseek(fd, 0, SEEK_END))
  if size < HEADER + SLOT then ffi.C.close(fd) return false end
  local mapped = ffi.C.mmap(nil, size, PROT_READ, MAP_SHARED, fd, 0)
  ffi.C.close(fd)
  if ffi.cast("intptr_t", mapped) == -1 then return false end
  local header = ffi.cast("int32_t *", mapped)
  if ffi.string(mapped, 8) ~= "@MAGIC@" or size < HEADER + header[2] * SLOT then
    ffi.C.munmap(mapped, size)
    return false
  end
  unmap()
  map, map_size, words = mapped, size, header
  slots = ffi.cast("int32_t *", ffi.cast("char *", mapped) + HEADER)
  mask, key0, key1 = header[2] - 1, header[4], header[5]
  return true
end

local function two_rounds(v0, v1, v2, v3)
  for _ = 1, 2 do
    v0 = tobit(v0 + v1); v1 = bxor(rol(v1, 5), v0); v0 = rol(v0, 16)
    v2 = tobit(v2 + v3); v3 = bxor(rol(v3, 8), v2)
    v0 = tobit(v0 + v3); v3 = bxor(rol(v3, 7), v0)
    v2 = tobit(v2 + v1); v1 = bxor(rol(v1, 13), v2); v2 = rol(v2, 16)
  end
  return v0, v1, v2, v3
end

-- HalfSipHash-2-4, 64 bits out.
local function hash(s)
  local v0, v1 = key0, bxor(key1, 0xee)
  local v2, v3 = bxor(key0, 0x6c796765), bxor(key1, 0x74656462)
  local length = #s
  local whole = length - length % 4
  for i = 1, whole, 4 do
    local a, b, c, d = s:byte(i, i + 3)
    local word = bor(a, lshift(b, 8), lshift(c, 16), lshift(d, 24))
    v0, v1, v2, v3 = two_rounds(v0, v1, v2, bxor(v3, word))
    v0 = bxor(v0, word)
  end
  local last = lshift(length, 24)
  for i = whole + 1, length do last = bor(last, lshift(s:byte(i), 8 * (i - whole - 1))) end
  v0, v1, v2, v3 = two_rounds(v0, v1, v2, bxor(v3, last))
  v0, v1, v2, v3 = two_rounds(bxor(v0, last), v1, bxor(v2, 0xee), v3)
  v0, v1, v2, v3 = two_rounds(v0, v1, v2, v3)
  local low = bxor(v1, v3)
  v0, v1, v2, v3 = two_rounds(v0, bxor(v1, 0xdd), v2, v3)
  v0, v1, v2, v3 = two_rounds(v0, v1, v2, v3)
  return low, bxor(v1, v3)
end

local function listed(key)
  local low, high = hash(key)
  if low == 0 and high == 0 then low = 1 end
  if low == -1 and high == -1 then low = -2 end
  local slot = band(low, mask)
  for _ = 1, PROBES do
    local a, b = slots[2 * slot], slots[2 * slot + 1]
    if a == low and b == high then return true end
    if a == 0 and b == 0 then return false end
    slot = band(slot + 1, mask)
  end
  return false
end

local function table_ready()
  return (map and words[3] == 0) or open_table() or map ~= nil
end
`;
