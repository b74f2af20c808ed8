import type { EntryKey } from "../reputation/index.ts";
import { ADDRESS_PARAMETERS, entryAddress } from "./entry-address.ts";
import type { Parameters } from "./parameters.ts";
import { type FailureStatus, malformed, shown, WebApiError } from "./web-api-error.ts";

/** What one transaction takes on. */
const MOST_ADDRESSES = 2_000;

export type AddressedEntry = { address: string; key: EntryKey };

/** The entries that a request's `ip`, `dns` and `url` name. Throws WebApiError, `status` for bad ones. */
export function addressedEntries(
  parameters: Parameters,
  status: FailureStatus = 400,
): AddressedEntry[] {
  const entries = ADDRESS_PARAMETERS.flatMap((kind) =>
    (parameters.get(kind) ?? []).map((address) => {
      const key = entryAddress(kind, address);
      if (key.ok) return { address, key: key.value };
      const { reason, remedy } = key.error;
      const advice = remedy === undefined ? "" : ` ${remedy}.`;
      throw new WebApiError(
        status,
        `The ${kind} ${shown(address)} cannot be used: ${reason}.${advice}`,
      );
    }),
  );
  if (entries.length <= MOST_ADDRESSES) return entries;
  throw malformed(`A request names at most ${MOST_ADDRESSES} entries. Send several, or a file.`);
}
