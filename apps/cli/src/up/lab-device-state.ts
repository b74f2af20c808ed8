import type { Device } from "@breakwater/protocol";

/** What the lab's agent says it is. Its name is no key: people rename devices. */
export const LAB_MODEL = "Breakwater lab";

/** The lab's device; the connected one, should a cut-short start have left another. */
export function pickLabDevice(devices: readonly Device[]): Device | undefined {
  const ofLab = devices.filter(({ model }) => model === LAB_MODEL);
  return ofLab.find(({ connected }) => connected) ?? ofLab[0];
}

/**
 * Whether it enforces all that it can. One that refused the last distribution goes on with the
 * profile before it, and no waiting changes that.
 */
export function isProtecting({ connected, profile, set }: Device): boolean {
  if (!connected || profile.version === null || set === null) return false;
  return profile.version !== profile.desired || set.version === set.desired;
}
