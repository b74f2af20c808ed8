import { expect, it } from "vitest";
import { launchFor, parsePasswd } from "./run-as.ts";

it("reads accounts and passes over broken lines", () => {
  const accounts = parsePasswd(
    "root:x:0:0:root:/root:/bin/sh\n\nbroken\nnobody:x:65534:65533::/:\n",
  );
  expect([...accounts.values()]).toEqual([
    { name: "root", uid: 0, gid: 0 },
    { name: "nobody", uid: 65_534, gid: 65_533 },
  ]);
});

it("hands over to the account without setpriv, too", async () => {
  const account = { name: "nobody", uid: 65_534, gid: 65_533 };
  expect(await launchFor({ kind: "drop", account }, false)).toEqual({
    prefix: [],
    uid: 65_534,
    gid: 65_533,
  });
});
