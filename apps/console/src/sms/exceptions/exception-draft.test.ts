import { describe, expect, it } from "vitest";
import { draftOf, exceptionOf, newDraft } from "./exception-draft.ts";

const profile = "00000000-0000-4000-8000-000000000001";

describe("an exception being typed", () => {
  it("names what is missing, one thing at a time", () => {
    const draft = newDraft("no value", "mara", profile);
    expect(exceptionOf(draft)).toBe("Enter an address, range, domain, URL or hash");
    const valued = { ...draft, value: "198[.]51[.]100[.]7" };
    expect(exceptionOf(valued)).toBe("Enter a reason");
    expect(exceptionOf({ ...valued, reason: "x", scope: "filter" })).toBe(
      "Choose a reputation filter",
    );
  });

  it("becomes what the server wants, the value without its disguise", () => {
    const draft = { ...newDraft("198[.]51[.]100[.]7", "mara", profile), reason: " partner " };
    expect(exceptionOf({ ...draft, ends: "0" })).toEqual({
      value: "198.51.100.7",
      scope: { kind: "all" },
      owner: "mara",
      reason: "partner",
      expires: null,
    });
    expect(exceptionOf({ ...draft, scope: "filter", filter: "3", ends: "0" })).toMatchObject({
      scope: { kind: "filter", profile, filter: 3 },
    });
  });

  it("keeps the end of one that is changed", () => {
    const existing = {
      id: "00000000-0000-4000-8000-0000000000e1" as never,
      type: "domain" as const,
      value: "update.example",
      scope: { kind: "profile" as const, profile: profile as never },
      owner: "jin",
      reason: "updates",
      expires: "2026-12-01T00:00:00.000Z",
      created: "2026-11-01T00:00:00.000Z",
      createdBy: "jin",
      state: "active" as const,
      ended: null,
      endedBy: null,
      covers: 1,
      stillCoveredBy: [],
    };
    expect(exceptionOf(draftOf(existing, ""))).toEqual({
      value: "update.example",
      scope: { kind: "profile", profile },
      owner: "jin",
      reason: "updates",
      expires: "2026-12-01T00:00:00.000Z",
    });
  });
});
