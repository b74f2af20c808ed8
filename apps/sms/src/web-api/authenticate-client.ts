import type { IncomingHttpHeaders } from "node:http";
import type { CheckedCredentials, ClientCredentials } from "@breakwater/accounts";
import type { Principal } from "@breakwater/platform";
import { oneValue, type Parameters } from "./parameters.ts";
import { WebApiError } from "./web-api-error.ts";

/** As administrators switch it; answers name it. */
export const QUERY_CREDENTIALS_SETTING = "--web-api-query-credentials";

export type ClientAuthentication = {
  checkKey: (value: string) => Promise<Principal | undefined>;
  checkPassword: (credentials: ClientCredentials) => Promise<CheckedCredentials>;
  /** Whether `smsuser` and `smspass` in the address are credentials. */
  queryCredentials: boolean;
};

export type ClientRequest = {
  headers: IncomingHttpHeaders;
  parameters: Parameters;
  /** Address of the peer. */
  source: string;
};

/**
 * Who calls, by the first of: the header X-SMS-API-KEY, HTTP Basic, and, where switched on, the
 * parameters smsuser and smspass. Throws WebApiError unless the role has the capability.
 */
export async function authenticateClient(
  authentication: ClientAuthentication,
  request: ClientRequest,
): Promise<Principal> {
  refuseOtherSites(request.headers);
  const principal = await identify(authentication, request);
  if (principal.restricted === true) {
    throw new WebApiError(
      403,
      "This user still has the first password. Change it in the console before using the web API.",
    );
  }
  if (principal.permissions.has("web-services")) return principal;
  throw new WebApiError(
    403,
    'This account\'s role may not use the web API. Give the role the capability "Access SMS Web Services" (permission web-services).',
  );
}

async function identify(
  authentication: ClientAuthentication,
  { headers, parameters, source }: ClientRequest,
): Promise<Principal> {
  const key = headers["x-sms-api-key"];
  if (typeof key === "string") return await byKey(authentication, key.trim());
  const basic = basicCredentials(headers.authorization);
  if (basic !== undefined) return await byPassword(authentication, { ...basic, source });
  const name = oneValue(parameters, "smsuser");
  if (name === undefined) throw nobody();
  if (!authentication.queryCredentials) {
    throw new WebApiError(
      401,
      `Credentials in the address are switched off, because addresses end up in logs. Send HTTP Basic or the header X-SMS-API-KEY, or start the SMS with ${QUERY_CREDENTIALS_SETTING} on.`,
    );
  }
  const password = oneValue(parameters, "smspass") ?? "";
  return await byPassword(authentication, { name, password, source });
}

/** A UUID is the same in capitals. */
async function byKey({ checkKey }: ClientAuthentication, key: string): Promise<Principal> {
  const principal = (await checkKey(key)) ?? (await checkKey(key.toLowerCase()));
  if (principal !== undefined) return principal;
  throw new WebApiError(401, "The API key is unknown, disabled or expired.");
}

async function byPassword(
  { checkPassword }: ClientAuthentication,
  credentials: ClientCredentials,
): Promise<Principal> {
  const checked = await checkPassword(credentials);
  switch (checked.kind) {
    case "accepted":
      return checked.principal;
    case "refused":
      throw new WebApiError(401, "User name or password is wrong.");
    case "throttled":
      throw new WebApiError(
        401,
        `Too many failed attempts. Wait ${checked.seconds} s and try again.`,
        checked.seconds,
      );
  }
}

function basicCredentials(header: string | undefined) {
  const encoded = /^Basic\s+([A-Za-z0-9+/_-]+=*)$/i.exec(header?.trim() ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Browsers remember HTTP Basic and send it along with a link on any page; as GET changes state
 * here, a page of another site must not be able to make one.
 */
function refuseOtherSites(headers: IncomingHttpHeaders): void {
  const site = headers["sec-fetch-site"];
  const isOwn = site === undefined || site === "none" || site === "same-origin";
  const { origin } = headers;
  const host = headers.host ?? headers[":authority"];
  const isOwnOrigin = origin === undefined || origin.endsWith(`//${String(host)}`);
  if (isOwn && isOwnOrigin) return;
  throw new WebApiError(403, "Web pages of other sites may not use the web API.");
}

function nobody(): WebApiError {
  return new WebApiError(
    401,
    "Credentials are missing. Send HTTP Basic or an API key in the header X-SMS-API-KEY.",
  );
}
