import type { HttpVersion } from "./http-version.ts";
import { LOOKUP_SCRIPT } from "./url-lookup-script.ts";
import { REQUEST_SCRIPT } from "./url-request-script.ts";
import { HEADER_BYTES, MAGIC, MAX_PROBES, SLOT_BYTES } from "./url-table-format.ts";

/** The Lua script of one lane's URL rule for a version of HTTP, for the table at `tablePath` (absolute). */
export function renderUrlScript(tablePath: string, version: HttpVersion): string {
  if (/[^\x20-\x7e]|["\\]/.test(tablePath)) {
    throw new Error(`the path of a URL table must be plain ASCII without quotes: ${tablePath}`);
  }
  const lookup = LOOKUP_SCRIPT.replaceAll("@PATH@", tablePath)
    .replaceAll("@MAGIC@", MAGIC)
    .replaceAll("@HEADER@", String(HEADER_BYTES))
    .replaceAll("@SLOT@", String(SLOT_BYTES))
    .replaceAll("@PROBES@", String(MAX_PROBES));
  return `-- Matches host and target of ${version} requests against a table shared with the agent.\n${lookup}${REQUEST_SCRIPT}${MATCH_SCRIPTS[version]}`;
}

/**
 * HTTP/1 asks for the raw request headers because that buffer is complete only with the last
 * header: a script on the request line would run before the host is known, and a request sent
 * in pieces would pass. Every host that the request names counts, whichever the server takes.
 */
const HTTP1_SCRIPT = String.raw`
local function hosts_of(target, server)
  local hosts = {}
  hosts[1] = target:match("^%a[%w+.-]*://([^/?#\\]*)")
  hosts[#hosts + 1] = HttpGetRequestHost()
  for value in (HttpGetRequestHeader("Host") or ""):gmatch("[^,]+") do hosts[#hosts + 1] = value end
  if #hosts == 0 then hosts[1] = server:find(":", 1, true) and "[" .. server .. "]" or server end
  return hosts
end

function init(args)
  return { ["http.request_headers.raw"] = tostring(true) }
end

function match(args)
  if not table_ready() then return 0 end
  local target = HttpGetRequestUriRaw()
  if not target then return 0 end
  local _, _, server, _, _, port = SCFlowTuple()
  local places = places_of(hosts_of(target, server), port)
  target = target:gsub("^%a[%w+.-]*://[^/?#\\]*", "")
  return matched(places, target) and 1 or 0
end

return 0
`;

/**
 * HTTP/2 asks for the one buffer that the engine looks at before a request has ended, or a
 * client could withhold the end. It is one header field, and the script is called for field
 * after field of request after request. To which request a field belongs is known from the
 * number that the engine keeps for its own functions: no other number stands in the registry
 * under an address.
 */
const HTTP2_SCRIPT = String.raw`
local registry = debug.getregistry()
local number_key

local function request_number()
  if number_key == nil then
    for key, value in pairs(registry) do
      if type(key) == "userdata" and type(value) == "number" then number_key = key end
    end
  end
  return number_key and registry[number_key]
end

local flow, request, host, path

local function requested()
  if not host or not path or not table_ready() then return 0 end
  local _, _, _, _, _, port = SCFlowTuple()
  return matched(places_of({ host }, port), path) and 1 or 0
end

function init(args)
  return { buffer = tostring(true) }
end

function match(args)
  local name, value = args.buffer:match("^(:?[^:]*): ?(.*)$")
  if name ~= ":authority" and name ~= ":path" and name ~= "host" then return 0 end
  local current_flow, current = SCFlowId(), request_number()
  if flow ~= current_flow or request ~= current then
    flow, request, host, path = current_flow, current, nil, nil
  end
  if name == ":path" then path = value else host = value end
  return requested()
end

return 0
`;

const MATCH_SCRIPTS: Record<HttpVersion, string> = { http1: HTTP1_SCRIPT, http2: HTTP2_SCRIPT };
