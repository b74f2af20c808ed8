import { invalidField } from "@breakwater/protocol";
import type { EventCursor } from "./store.ts";

/** Position of an event in the list: its time in ms, and its id. */
export function encodeEventCursor({ time, id }: EventCursor): string {
  return `${time.getTime()}.${id}`;
}

export function decodeEventCursor(text: string | undefined): EventCursor | undefined {
  if (text === undefined) return undefined;
  const [, time, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (time !== undefined && id !== undefined)
    return { time: new Date(Number(time)), id: Number(id) };
  throw invalidField("cursor", text, "it does not come from this list", "Start without it");
}
