import { describe, expect, it } from "vitest";
import { curlArguments, digArguments } from "./lab-command.ts";

describe("requests from the lab's client", () => {
  it("give up by themselves unless told when to", () => {
    const url = "http://10.9.1.2/";
    expect(curlArguments([url])).toEqual(["-sS", "--globoff", "--max-time", "5", url]);
    expect(curlArguments(["-m", "1", url])).toEqual(["-sS", "--globoff", "-m", "1", url]);
  });

  it("ask the lab's name server unless another is named", () => {
    expect(digArguments(["evil.example"], "10.9.1.2")).toEqual([
      "@10.9.1.2",
      "+time=2",
      "+tries=1",
      "evil.example",
    ]);
    expect(digArguments(["@10.9.1.3", "+time=1", "a.example"], "10.9.1.2")).toEqual([
      "@10.9.1.3",
      "+time=1",
      "a.example",
    ]);
  });
});
