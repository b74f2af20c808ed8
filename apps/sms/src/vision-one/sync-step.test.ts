import type { FeedChange, FeedObject, FeedPosition, SetChecksum } from "@breakwater/protocol";
import { feedObjectDigest, sumDigests, toFeedChecksum } from "@breakwater/reputation-set";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SyncEffect, SyncInput, SyncState } from "./sync-state.ts";
import { initialSync, revisionOf, syncStep } from "./sync-step.ts";

const EPOCHS = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
const PAGE = 2;

/** The hub's list with its history, and what it answers. */
class ModelHub {
  objects = new Map<string, FeedObject>();
  history: FeedChange[] = [];
  revision = 0;
  life = 0;

  set(value: string, riskLevel: "High" | "Low"): void {
    this.revision += 1;
    const object: FeedObject = {
      type: "ip",
      value,
      riskLevel,
      scanAction: "block",
      source: "UDSO",
      description: "",
      lastModified: "2026-01-01T00:00:00Z",
      expires: null,
      revision: this.revision,
    };
    this.objects.set(value, object);
    this.history.push({ change: "set", object });
  }

  delete(value: string): void {
    if (!this.objects.delete(value)) return;
    this.revision += 1;
    this.history.push({ change: "deleted", type: "ip", value, revision: this.revision });
  }

  /** Back to a backup: a new epoch, and older revisions mean something else. */
  restore(): void {
    this.life += 1;
    this.revision = 0;
    this.history = [];
    for (const [value, { riskLevel }] of [...this.objects].slice(1)) {
      this.objects.delete(value);
      this.set(value, riskLevel === "High" ? "Low" : "High");
    }
  }

  position(): FeedPosition {
    return {
      epoch: EPOCHS[this.life % 2] ?? "",
      revision: this.revision,
      ...totals(this.objects.values()),
    };
  }

  changes(since: number): Extract<SyncInput, { kind: "fetched" | "stale" }> {
    if (since > this.revision) return { kind: "stale" };
    const newer = latestOf(this.history.filter((one) => revisionOf(one) > since));
    const changes = newer.slice(0, PAGE);
    return { kind: "fetched", changes, more: newer.length > PAGE, position: this.position() };
  }

  page(cursor: string | undefined): Extract<SyncInput, { kind: "page" }> {
    const rest = [...this.objects.values()]
      .toSorted((a, b) => (a.value < b.value ? -1 : 1))
      .filter((one) => cursor === undefined || one.value > cursor);
    const items = rest.slice(0, PAGE);
    const next = rest.length > PAGE ? items.at(-1)?.value : undefined;
    return { kind: "page", items, next, position: this.position() };
  }
}

/** State-based: the newest change of each object. */
function latestOf(history: readonly FeedChange[]): FeedChange[] {
  const latest = new Map(
    history.map((one) => [one.change === "set" ? one.object.value : one.value, one]),
  );
  return [...latest.values()].toSorted((a, b) => revisionOf(a) - revisionOf(b));
}

function totals(objects: Iterable<FeedObject>): { checksum: SetChecksum; count: number } {
  const digests = [...objects].map(feedObjectDigest);
  return { checksum: toFeedChecksum(sumDigests(digests)), count: digests.length };
}

/** What the SMS has on disk, and the one effect that is under way. */
class ModelSms {
  objects = new Map<string, FeedObject>();
  stored: FeedPosition | null = null;
  staged = new Map<string, FeedObject>();
  state: SyncState = initialSync(null);
  pending: SyncEffect[] = [];
  readonly hub: ModelHub;
  /** Objects that were deleted although the hub had them at no time without. */
  wronglyDeleted = 0;

  constructor(hub: ModelHub) {
    this.hub = hub;
  }

  feed(input: SyncInput): void {
    const { state, effects } = syncStep(this.state, input);
    this.state = state;
    this.pending.push(...effects);
    const work = this.pending.filter((effect) => effect.kind !== "wait");
    expect(work.length, "one thing at a time").toBeLessThanOrEqual(1);
  }

  /** Does the effect under way; `lost`: the answer does not come (but a commit may have happened). */
  work(lost: boolean): void {
    const effect = this.pending.shift();
    if (effect === undefined) return;
    const answer = this.answer(effect);
    if (effect.kind === "wait") return this.feed({ kind: "retry" });
    if (lost) this.feed({ kind: "failed", problem: "lost", jitter: 0.5 });
    else this.feed(answer);
  }

  answer(effect: SyncEffect): SyncInput {
    switch (effect.kind) {
      case "fetch-changes":
        return this.hub.changes(effect.since);
      case "fetch-page":
        return this.hub.page(effect.cursor);
      case "stage":
        if (effect.first) this.staged.clear();
        for (const item of effect.items) this.staged.set(item.value, item);
        return { kind: "staged", next: effect.next };
      case "apply":
        for (const change of effect.changes) {
          if (change.change === "set") this.objects.set(change.object.value, change.object);
          else this.objects.delete(change.value);
        }
        return this.commit(effect.epoch, effect.revision);
      case "sweep":
        this.objects = new Map(this.staged);
        return this.commit(effect.position.epoch, effect.position.revision);
      case "wait":
        return { kind: "retry" };
    }
  }

  commit(epoch: string, revision: number): SyncInput {
    this.stored = { epoch, revision, ...totals(this.objects.values()) };
    return { kind: "applied", local: this.stored };
  }

  /** The process dies; what was committed stays. */
  crash(): void {
    this.state = initialSync(this.stored);
    this.pending = [];
  }
}

type Action =
  | { kind: "set"; value: string; risk: "High" | "Low" }
  | { kind: "delete"; value: string }
  | { kind: "line"; honest: boolean }
  | { kind: "work"; lost: boolean }
  | { kind: "open" | "close" | "crash" | "poll" | "restore" };

const value = fc.constantFrom("a", "b", "c", "d", "e", "f");
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    value,
    risk: fc.constantFrom("High" as const, "Low" as const),
  }),
  fc.record({ kind: fc.constant("delete" as const), value }),
  fc.record({ kind: fc.constant("line" as const), honest: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("work" as const), lost: fc.boolean() }) },
  fc.record({
    kind: fc.constantFrom(
      "open" as const,
      "close" as const,
      "crash" as const,
      "poll" as const,
      "restore" as const,
    ),
  }),
);

function play(hub: ModelHub, sms: ModelSms, one: Action): void {
  switch (one.kind) {
    case "set":
      return hub.set(one.value, one.risk);
    case "delete":
      return hub.delete(one.value);
    case "line":
      return sms.feed(streamLine(hub, sms, one.honest));
    case "work":
      return sms.work(one.lost);
    case "open":
      return sms.feed({ kind: "opened" });
    case "close":
      sms.pending = [];
      return sms.feed({ kind: "closed" });
    case "crash":
      return sms.crash();
    case "poll":
      return sms.feed({ kind: "poll" });
    case "restore":
      return hub.restore();
  }
}

/** A changes line from where we are, or (a lost line in between) from somewhere else. */
function streamLine(hub: ModelHub, sms: ModelSms, honest: boolean): SyncInput {
  const from = honest ? (sms.stored?.revision ?? 0) : Math.max(0, hub.revision - 1);
  const changes = latestOf(hub.history.filter((change) => revisionOf(change) > from));
  return { kind: "changes", from, changes, position: hub.position() };
}

function heal(hub: ModelHub, sms: ModelSms): void {
  sms.pending = [];
  sms.feed({ kind: "closed" });
  sms.feed({ kind: "opened" });
  sms.feed({ kind: "position", position: hub.position() });
  for (let step = 0; step < 200 && sms.pending.length > 0; step += 1) sms.work(false);
}

test("whatever gets lost, the objects end up equal to the hub's list", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const hub = new ModelHub();
      const sms = new ModelSms(hub);
      for (const one of actions) play(hub, sms, one);
      heal(hub, sms);
      expect(sms.state).toMatchObject({ phase: "idle", problem: null, waiting: false });
      expect(risks(sms.objects)).toEqual(risks(hub.objects));
      expect(sms.stored).toEqual(hub.position());
    }),
    { numRuns: 2000 },
  );
});

function risks(objects: ReadonlyMap<string, FeedObject>): Record<string, string> {
  const sorted = [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, { riskLevel }]) => [name, riskLevel]));
}

test("objects that got lost here are found by the checksum and fetched again", () => {
  const hub = new ModelHub();
  const sms = new ModelSms(hub);
  for (const name of ["a", "b", "c"]) hub.set(name, "High");
  heal(hub, sms);
  sms.objects.delete("b");
  hub.set("d", "High");
  sms.feed(streamLine(hub, sms, true));
  for (let step = 0; step < 50 && sms.pending.length > 0; step += 1) sms.work(false);
  expect([...sms.objects.keys()].toSorted()).toEqual(["a", "b", "c", "d"]);
});

test("an empty list from a hub that has objects deletes nothing", () => {
  const hub = new ModelHub();
  const sms = new ModelSms(hub);
  for (const name of ["a", "b", "c"]) hub.set(name, "High");
  heal(hub, sms);
  hub.restore();
  sms.feed({ kind: "position", position: hub.position() });
  expect(sms.pending[0]?.kind).toBe("fetch-page");
  sms.pending = [];
  sms.feed({ kind: "page", items: [], next: undefined, position: hub.position() });
  sms.work(false);
  expect(sms.objects.size).toBe(3);
  expect(sms.state.problem).toContain("empty list");
});

test("a checksum that stays wrong does not make the hub busy", () => {
  let { state, effects } = syncStep(initialSync(null), { kind: "opened" });
  const position = {
    epoch: EPOCHS[0] ?? "",
    revision: 3,
    checksum: "1".repeat(32) as SetChecksum,
    count: 1,
  };
  const local = { ...position, checksum: "2".repeat(32) as SetChecksum };
  const kinds: string[] = [];
  for (let step = 0; step < 40 && effects.length > 0; step += 1) {
    const [effect] = effects;
    kinds.push(effect?.kind ?? "");
    const input: SyncInput =
      effect?.kind === "fetch-page"
        ? { kind: "page", items: [], next: undefined, position: { ...position, count: 0 } }
        : effect?.kind === "stage"
          ? { kind: "staged", next: undefined }
          : effect?.kind === "fetch-changes"
            ? { kind: "fetched", changes: [], more: false, position }
            : { kind: "applied", local };
    ({ state, effects } = syncStep(state, input));
    if (effects[0]?.kind === "wait") break;
  }
  expect(effects[0]?.kind).toBe("wait");
  expect(kinds.filter((kind) => kind === "sweep")).toHaveLength(2);
});
