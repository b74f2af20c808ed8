import type { OutboundResponse } from "@breakwater/outbound";
import { AppError } from "@breakwater/protocol";

/** Throws what a status other than 200 means. */
export async function checkStatus(response: OutboundResponse): Promise<void> {
  if (response.status === 200) return;
  for await (const chunk of response.body) if (chunk.length >= 0) break;
  const host = new URL(response.finalUrl).host;
  const [what, remedy] = statusText(response.status);
  const message = `${host}: ${what} (status ${response.status})`;
  throw new AppError("BadGateway", message, { details: [{ reason: message, remedy }] });
}

function statusText(status: number): readonly [string, string] {
  if (status === 401) {
    return ["the credentials are refused", "Check user name and password, or the token"];
  }
  if (status === 403) {
    return ["these credentials may not read it", "Have the list opened for them"];
  }
  if (status === 404 || status === 410) {
    return ["there is nothing at this address", "Check the address; the list may have moved"];
  }
  if (status === 429) return ["it is asked too often", "Fetch less often"];
  if (status >= 500) return ["the server has a fault", "Wait, or ask its operator"];
  return ["it answers something else than a list", "Check the address"];
}
