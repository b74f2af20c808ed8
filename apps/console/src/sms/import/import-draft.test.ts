import type { ImportPreview } from "@breakwater/protocol";
import { describe, expect, it } from "vitest";
import { draftOf, optionsOf, withUse } from "./import-draft.ts";

const preview: ImportPreview = {
  format: "csv",
  delimiter: ";",
  header: true,
  columns: [
    { name: "indicator", use: "value", samples: [] },
    { name: "campaign", use: { tag: "Campaign" }, samples: [] },
    { name: "x", use: "ignore", samples: [] },
  ],
  rows: [],
};

describe("how a file is read", () => {
  it("starts from what the server guessed", () => {
    expect(optionsOf(draftOf(preview), [])).toEqual({
      source: "Local",
      format: "csv",
      mapping: {
        delimiter: ";",
        header: true,
        columns: ["value", { tag: "Campaign" }, "ignore"],
      },
      defaults: { severity: null, scanAction: null, type: null, expires: null, tags: {} },
      mode: "add",
    });
  });

  it("names what is missing", () => {
    const draft = draftOf(preview);
    expect(optionsOf({ ...draft, source: " " }, [])).toBe("Enter the name of the source");
    expect(optionsOf({ ...draft, columns: ["ignore", "ignore", "ignore"] }, [])).toBe(
      "Choose the column with the values",
    );
  });

  it("gives a use to one column only, but leaves out as many as wanted", () => {
    expect(withUse(["value", "ignore"], 1, "value")).toEqual(["ignore", "value"]);
    expect(withUse(["ignore", "value"], 1, "ignore")).toEqual(["ignore", "ignore"]);
  });
});
