import type {
  FeedChange,
  FeedObject,
  ObjectSource,
  ScanAction,
  Severity,
} from "@breakwater/protocol";
import { HubObjectType } from "@breakwater/protocol";
import { z } from "zod";

/** Sender addresses are kept for clients of the public API; products get the other types only. */
export const StoredType = z.enum([...HubObjectType.options, "senderMailAddress"]);
export type StoredType = z.infer<typeof StoredType>;

export type ObjectKey = { type: StoredType; value: string };

/** What is asserted about one object. Equal keys mean the same object. */
export type Assertion = ObjectKey & {
  /** Spelling that people get back, e.g. a URL with its scheme. */
  shown: string;
  source: ObjectSource;
  riskLevel: Severity;
  scanAction: ScanAction;
  description: string;
  expires: Date | null;
};

export type StoredObject = Assertion & { lastModified: Date; revision: number; deleted: boolean };

export function isFeedType(type: StoredType): type is HubObjectType {
  return type !== "senderMailAddress";
}

export function keyText(key: ObjectKey): string {
  return `${key.type} ${key.value}`;
}

/** The object as products get it; none for a sender address. */
export function toFeedObjects(object: StoredObject): FeedObject[] {
  const { type, value, riskLevel, scanAction, source, description, revision } = object;
  if (!isFeedType(type)) return [];
  const lastModified = object.lastModified.toISOString();
  const expires = object.expires?.toISOString() ?? null;
  return [
    { type, value, riskLevel, scanAction, source, description, lastModified, expires, revision },
  ];
}

export function toFeedChange(object: StoredObject): FeedChange[] {
  const { type, value, revision, deleted } = object;
  if (!isFeedType(type)) return [];
  if (deleted) return [{ change: "deleted", type, value, revision }];
  return toFeedObjects(object).map((set) => ({ change: "set", object: set }));
}
