import { DEFAULT_SAFEGUARD_SETTINGS, type SafeguardSettings } from "@breakwater/protocol";
import { describe, expect, it } from "vitest";
import { draftOf, settingsOf } from "./safeguards-draft.ts";

const settings: SafeguardSettings = {
  ...DEFAULT_SAFEGUARD_SETTINGS,
  own: [{ type: "cidr", value: "198.51.100.0/24", note: "" }],
  additions: [
    { value: "partner.example", note: "Ask mara # first" },
    { type: "domain-exact", value: "plain.example", note: "" },
    { value: "files.example/list#top", note: "Their list" },
  ],
};
const draft = draftOf(settings);

describe("safeguard settings", () => {
  it("come back from the form as they went in", () => {
    expect(settingsOf(draft, settings)).toEqual(settings);
  });

  it("take what is typed, with notes, and leave out blank lines and comments", () => {
    const own = "\n# ours\n 203.0.113[.]0/24 \nbranch.example  #  Lisbon \n";
    expect(settingsOf({ ...draft, own }, settings)).toMatchObject({
      own: [
        { value: "203.0.113.0/24", note: "" },
        { value: "branch.example", note: "Lisbon" },
      ],
    });
  });

  it.each([
    [{ widestIpv4: "33" }, /^The widest IPv4 range/],
    [{ widestIpv6: "" }, /^The widest IPv6 range/],
    [{ shrinkPercent: "0" }, /^Shrinking is held from 1/],
    [{ shrinkEntries: "1.5" }, /^Shrinking is held from a whole/],
    [{ growthFactor: "1" }, /^Growth is held from a factor/],
    [{ growthEntries: "-1" }, /^Growth is held from a whole/],
  ])("name what is wrong: %o", (patch, message) => {
    expect(settingsOf({ ...draft, ...patch }, settings)).toMatch(message);
  });
});
