import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256 } from "../crypto/keys.ts";
import { newIdentity } from "../memory-registry.test-helper.ts";
import { createLivePeers } from "./live-peers.ts";

const DAY = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function peer(notAfter: number) {
  const destroy = vi.fn<() => void>();
  const identity = newIdentity("x", "device");
  return { socket: { destroy }, identity, fingerprint: sha256(identity.id), notAfter };
}

test("each connection ends at its own expiry, also a year away, which setTimeout cannot count", () => {
  const live = createLivePeers(Date.now);
  const start = Date.now();
  const [soon, late] = [peer(start + DAY), peer(start + 365 * DAY)];
  live.add(late);
  live.add(soon);
  vi.advanceTimersByTime(DAY - 1);
  expect(soon.socket.destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(soon.socket.destroy).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(364 * DAY - 1);
  expect(late.socket.destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(late.socket.destroy).toHaveBeenCalledOnce();
  expect(live.count()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a clock that jumps past an expiry is noticed within the hour", () => {
  let jump = 0;
  const live = createLivePeers(() => Date.now() + jump);
  const one = peer(Date.now() + 30 * DAY);
  live.add(one);
  jump = 31 * DAY;
  vi.advanceTimersByTime(3_600_000);
  expect(one.socket.destroy).toHaveBeenCalledOnce();
});

test("stop leaves no timer behind", () => {
  const live = createLivePeers(Date.now);
  live.add(peer(Date.now() + DAY));
  live.stop();
  expect(vi.getTimerCount()).toBe(0);
});
