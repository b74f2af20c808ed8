import { expect, it } from "vitest";
import { apiCall, cliCall, csvAddress } from "./query-commands.ts";

it("a search becomes a request, a command and the address of a file", () => {
  const q = `source:"Bob's" -type:url`;
  expect(apiCall(q, "https://sms.example")).toBe(
    `curl -H "Authorization: Bearer $BREAKWATER_API_KEY" 'https://sms.example/api/v1/reputation/entries?q=source%3A%22Bob%27s%22+-type%3Aurl'`,
  );
  expect(cliCall(q)).toBe(
    `breakwater sms reputation-entries list --q 'source:"Bob'\\''s" -type:url' --all`,
  );
  expect(cliCall(" ")).toBe("breakwater sms reputation-entries list --all");
  expect(csvAddress("")).toBe("/api/v1/reputation/entries.csv");
});
