import { DATASET_KINDS, type DatasetKind, LANES, type Lane } from "./lanes.ts";

export type DatasetType = "ip" | "string";

/**
 * One dataset as rules declare it. `generation` names a fresh set when a whole set is
 * replaced: dynamic sets outlive a reload, so new content needs a new name.
 */
export type DatasetSpec = {
  lane: Lane;
  kind: DatasetKind;
  name: string;
  type: DatasetType;
  /** Relative to the engine's data directory. */
  stateFile: string;
  memcapBytes: number;
  hashSize: number;
};

export type DatasetPlan = { lane: Lane; kind: DatasetKind; entries: number; generation?: number };

const BUCKET_BYTES = 64;
/* An entry costs about 110 bytes as an address and 140 as a short string; a name may have 253. */
const WORST_ENTRY_BYTES: Record<DatasetType, number> = { ip: 192, string: 512 };
const MIN_BUCKETS = 4096;
const MAX_BUCKETS = 2 ** 24;
const MIN_CAPACITY = 65_536;
const HEAD_ROOM = 1.25;

export function datasetType(kind: DatasetKind): DatasetType {
  return kind === "ip" ? "ip" : "string";
}

/**
 * Sizes one set. Over its memcap Suricata evicts entries and still answers "data
 * added", so the cap is computed for twice the entries at their worst size; it is a
 * limit, not a reservation. Buckets follow the entries: the default of 4,096 makes
 * loading a million take half a minute.
 */
export function datasetSpec({ lane, kind, entries, generation = 0 }: DatasetPlan): DatasetSpec {
  const type = datasetType(kind);
  const hashSize = Math.min(MAX_BUCKETS, Math.max(MIN_BUCKETS, nextPowerOfTwo(entries)));
  const name = generation === 0 ? `bw-${lane}-${kind}` : `bw-${lane}-${kind}-${generation}`;
  return {
    lane,
    kind,
    name,
    type,
    stateFile: `${name}.lst`,
    memcapBytes: datasetMemcap(type, hashSize, datasetCapacity(entries)),
    hashSize,
  };
}

/** Bytes that surely hold `capacity` entries, whatever their length. */
export function datasetMemcap(type: DatasetType, hashSize: number, capacity: number): number {
  return Math.ceil((hashSize * BUCKET_BYTES + capacity * WORST_ENTRY_BYTES[type]) * HEAD_ROOM);
}

/** How many entries a set planned for `entries` holds before it must be made anew. */
export function datasetCapacity(entries: number): number {
  return Math.max(MIN_CAPACITY, entries * 2);
}

/** The sets of all lanes; `entries` tells how many each is to hold, 0 when absent. */
export function datasetSpecs(
  entries: (lane: Lane, kind: DatasetKind) => number = () => 0,
  generation: (lane: Lane, kind: DatasetKind) => number = () => 0,
): DatasetSpec[] {
  return LANES.flatMap((lane) =>
    DATASET_KINDS.map((kind) =>
      datasetSpec({
        lane,
        kind,
        entries: entries(lane, kind),
        generation: generation(lane, kind),
      }),
    ),
  );
}

/** A value as the command socket and, with a line feed, the state file want it. */
export function encodeDatasetValue(type: DatasetType, value: string): string {
  return type === "ip" ? value : Buffer.from(value, "utf8").toString("base64");
}

/** A state file for values already canonical: one a line, read by the engine when it starts. */
export function datasetStateLine(type: DatasetType, value: string): string {
  return `${encodeDatasetValue(type, value)}\n`;
}

function nextPowerOfTwo(value: number): number {
  return value <= 1 ? 1 : 2 ** Math.ceil(Math.log2(value));
}
