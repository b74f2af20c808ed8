import type { DeviceId } from "@breakwater/protocol";

/** What people call a device: the given name, else the reported one, else its id's first part. */
export function deviceName(
  id: DeviceId,
  given: string | null,
  reported: string | null | undefined,
): string {
  const name = given ?? reported ?? "";
  return name === "" ? `device ${id.slice(0, 8)}` : name;
}
