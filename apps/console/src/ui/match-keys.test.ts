import { describe, expect, it } from "vitest";
import { keyToken, matchKeys } from "./match-keys.ts";

const actions = [
  { id: "events", keys: "g e" },
  { id: "edit", keys: "e" },
  { id: "last", keys: "G" },
  { id: "help", keys: "?" },
];
const plain = { ctrlKey: false, metaKey: false, altKey: false };

describe("keys", () => {
  it("match alone, or in sequence", () => {
    expect(matchKeys(actions, undefined, "?")?.id).toBe("help");
    expect(matchKeys(actions, undefined, "e")?.id).toBe("edit");
    expect(matchKeys(actions, "g", "e")?.id).toBe("events");
    expect(matchKeys(actions, undefined, "G")?.id).toBe("last");
  });

  it("wait for the second key of a sequence", () => {
    expect(matchKeys(actions, undefined, "g")).toBeUndefined();
    expect(matchKeys(actions, "g", "x")).toBeUndefined();
  });

  it("leave chords and named keys to the browser", () => {
    expect(keyToken({ ...plain, key: "e" })).toBe("e");
    expect(keyToken({ ...plain, key: "e", ctrlKey: true })).toBeUndefined();
    expect(keyToken({ ...plain, key: "Enter" })).toBeUndefined();
  });
});
