import { DetectionEvent, Epoch, type EventBatch } from "@breakwater/protocol";
import type { SpoolRecord } from "@breakwater/spool";
import { z } from "zod";

const MAX_RECORDS = 1000;
const Events = z.array(DetectionEvent);

/** The batch that starts at `from`; undefined when the spool has nothing there. */
export function makeBatch(
  epoch: string,
  from: number,
  records: readonly SpoolRecord[],
): EventBatch | undefined {
  const numbered = records.flatMap((record) => numberedEvents(record, from)).slice(0, MAX_RECORDS);
  return numbered.length === 0 ? undefined : { epoch: Epoch.parse(epoch), records: numbered };
}

function numberedEvents(record: SpoolRecord, from: number): EventBatch["records"] {
  if (record.count === 0) return [];
  if (record.kind === "tombstone") return [lossAt(record, Math.max(from, record.seq))];
  const events = Events.safeParse(jsonOf(record.payload));
  // Written by another version, or not what the checksum promised: say so rather than stop here.
  if (!events.success || events.data.length !== record.count) {
    return [
      lossAt({ ...record, kind: "tombstone", reason: "corruption" }, Math.max(from, record.seq)),
    ];
  }
  return events.data
    .map((event, i) => ({ seq: record.seq + i, record: event }))
    .filter(({ seq }) => seq >= from);
}

/** A loss stands at the last of the numbers it accounts for. */
function lossAt(
  record: SpoolRecord & { kind: "tombstone" },
  from: number,
): EventBatch["records"][number] {
  const lost = record.seq + record.count - from;
  const reason =
    record.reason === "space" ? "the event spool was full" : "the event spool was damaged";
  return { seq: record.seq + record.count - 1, record: lossEvent(record.lastTime, lost, reason) };
}

export function lossEvent(time: number, events: number, reason: string): DetectionEvent {
  return {
    time: Math.trunc(time),
    kind: "gap",
    verdict: "logged",
    matchedBy: "agent",
    name: `${events} events of this device were lost: ${reason}`,
    filterNumber: 0,
    actionSet: "",
    severity: 3,
    protocol: "",
    app: "",
    src: "",
    spt: 0,
    dst: "",
    dpt: 0,
    overTls: false,
    cves: [],
    techniques: [],
    segment: "",
    count: 1,
    lost: { events, reason },
  };
}

function jsonOf(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
}
