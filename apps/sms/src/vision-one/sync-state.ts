import type { FeedChange, FeedObject, FeedPosition } from "@breakwater/protocol";

/** Where the objects here stand. */
export type LocalPosition = FeedPosition;

export type SyncPhase = "closed" | "idle" | "fetching" | "applying" | "paging" | "sweeping";

export type SyncState = {
  readonly phase: SyncPhase;
  /** Stored with the objects; null before the first full fetch. */
  readonly local: LocalPosition | null;
  /** The newest position of the hub that we heard of. */
  readonly wanted: FeedPosition | null;
  /** The position that the changes being applied lead to; null while they do not yet lead to one. */
  readonly target: FeedPosition | null;
  /** The position of the first page of a full fetch. */
  readonly paging: FeedPosition | null;
  readonly staged: number;
  /** A full fetch is due. */
  readonly full: boolean;
  /** A poll is due. */
  readonly poll: boolean;
  readonly failures: number;
  readonly problem: string | null;
  /** Full fetches in a row whose checksum was wrong afterwards. */
  readonly mismatches: number;
  /** A retry is waited for; nothing else starts meanwhile. */
  readonly waiting: boolean;
};

export type SyncInput =
  | { readonly kind: "opened" }
  | { readonly kind: "closed" }
  | { readonly kind: "position"; readonly position: FeedPosition }
  | {
      readonly kind: "changes";
      readonly from: number;
      readonly changes: readonly FeedChange[];
      readonly position: FeedPosition;
    }
  | { readonly kind: "poll" }
  | {
      readonly kind: "fetched";
      readonly changes: readonly FeedChange[];
      readonly more: boolean;
      readonly position: FeedPosition;
    }
  | {
      readonly kind: "page";
      readonly items: readonly FeedObject[];
      readonly next: string | undefined;
      readonly position: FeedPosition;
    }
  /** The hub can no longer tell the changes since our revision. */
  | { readonly kind: "stale" }
  | { readonly kind: "staged"; readonly next: string | undefined }
  /** Committed: where the objects here stand now. */
  | { readonly kind: "applied"; readonly local: LocalPosition }
  | { readonly kind: "failed"; readonly problem: string; readonly jitter: number }
  | { readonly kind: "retry" };

export type SyncEffect =
  | { readonly kind: "fetch-changes"; readonly since: number }
  | {
      readonly kind: "apply";
      readonly changes: readonly FeedChange[];
      /** Revision that is reached when all are applied. */
      readonly epoch: string;
      readonly revision: number;
    }
  | { readonly kind: "fetch-page"; readonly cursor: string | undefined }
  | {
      readonly kind: "stage";
      readonly items: readonly FeedObject[];
      readonly first: boolean;
      readonly next: string | undefined;
    }
  /** Make the objects here equal to the staged ones, then stand at this position. */
  | { readonly kind: "sweep"; readonly position: FeedPosition }
  | { readonly kind: "wait"; readonly ms: number };

export type SyncTransition = { readonly state: SyncState; readonly effects: readonly SyncEffect[] };
