import type { EntryType } from "@breakwater/protocol";
import type { Lock } from "@breakwater/spool";
import type { EngineLog, RestartPolicy } from "@breakwater/suricata";
import type { EngineSettings } from "./engine-config.ts";

export type DataPlaneOptions = EngineSettings & {
  readonly directory: string;
  readonly log: EngineLog;
  readonly now: () => number;
  /** Held while the index changes, and by us while files are written from it. */
  readonly indexLock: Lock;
  readonly restart?: RestartPolicy;
  /** Something that a status report shows has changed. */
  readonly onChange: () => void;
  /** The set of the policy could not be read: protect with the files of the last run. */
  readonly setIsLost: boolean;
};

/** One entry of the set came, went or changed its filter. */
export type MemberChange = {
  readonly type: EntryType;
  readonly value: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
};
