import { describe, expect, it } from "vitest";
import { backportsList, parseDeb822, parseOneLine } from "../../scripts/lib/debian-sources.mjs";

const DEB822 = `# written by the installer
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFit
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main

Enabled: no
Types: deb
URIs: http://elsewhere.example/debian
Suites: bookworm
Components: main
`;

describe("the machine's package sources", () => {
  it("are read from deb822 files, without disabled and source-only stanzas", () => {
    const sources = parseDeb822(DEB822);
    expect(sources.map(({ uri, suites }) => [uri, ...suites])).toEqual([
      ["http://mirror.example/debian", "bookworm", "bookworm-updates"],
      ["http://mirror.example/debian-security", "bookworm-security"],
      ["http://mirror.example/debian", "trixie"],
    ]);
    expect(sources[1]?.options["signed-by"]).toContain("\n mQINBFit\n");
  });

  it("are read from one-line files", () => {
    const text = `deb [arch=amd64,arm64 signed-by=/k.gpg] http://mirror.example/debian bookworm main # x
# deb http://off.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm-updates main contrib
`;
    expect(parseOneLine(text)).toEqual([
      {
        uri: "http://mirror.example/debian",
        suites: ["bookworm"],
        components: ["main"],
        options: { architectures: "amd64 arm64", "signed-by": "/k.gpg" },
      },
      {
        uri: "http://mirror.example/debian",
        suites: ["bookworm-updates"],
        components: ["main", "contrib"],
        options: {},
      },
    ]);
  });
});

describe("the list that Suricata is installed from", () => {
  it("keeps the machine's host and key and lets no other release in", () => {
    const list = backportsList(parseDeb822(DEB822), "bookworm") ?? "";
    const again = parseDeb822(list);
    expect(again.map(({ uri, suites }) => [uri, ...suites])).toEqual([
      ["http://mirror.example/debian", "bookworm", "bookworm-backports", "bookworm-updates"],
      ["http://mirror.example/debian-security", "bookworm-security"],
    ]);
    expect(again.map(({ options }) => options["signed-by"])).toEqual([
      "/usr/share/keyrings/debian-archive-keyring.gpg",
      expect.stringContaining("mQINBFit"),
    ]);
  });

  it("is taken from the main archive, not from another repository for the same release", () => {
    const text = `deb http://vendor.example/tools bookworm stable
deb http://mirror.example/debian bookworm main`;
    expect(backportsList(parseOneLine(text), "bookworm")).toContain(
      "http://mirror.example/debian\n",
    );
  });

  it("does not exist when the machine has no archive for the release", () => {
    expect(
      backportsList(parseOneLine("deb http://mirror.example/debian sid main"), "bookworm"),
    ).toBe(undefined);
  });
});
