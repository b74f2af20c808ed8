import { DEFAULT_ACTION_SETS, type ReputationFilters, TAG } from "@breakwater/protocol";

const [BLOCK_AND_NOTIFY] = DEFAULT_ACTION_SETS;
const ALL_TYPES = { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true };

/** What a new installation enforces once its first device is there. */
export function defaultFilters(localSource: string): ReputationFilters {
  return [
    {
      number: 1,
      name: "Vision One suspicious objects, high severity",
      state: "enabled",
      locked: false,
      actionSet: BLOCK_AND_NOTIFY,
      types: ALL_TYPES,
      untaggedEntries: false,
      taggedEntries: true,
      criteria: [
        { op: "is", tag: TAG.detectionCategory, value: "Suspicious Object" },
        { op: "contains", tag: TAG.publisher, value: "Vision One Threat Intelligence" },
        { op: "is", tag: TAG.severity, value: "High" },
      ],
    },
    {
      number: 2,
      name: "Entries of this SMS",
      state: "enabled",
      locked: false,
      actionSet: BLOCK_AND_NOTIFY,
      types: ALL_TYPES,
      untaggedEntries: true,
      taggedEntries: true,
      criteria: [{ op: "source-is", value: localSource }],
    },
  ];
}
