import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCustomRules } from "./check-custom-rules.ts";
import { parseRules } from "./parse-rules.ts";

const rule = (options: string, action = "alert") =>
  `${action} tcp $HOME_NET any -> $EXTERNAL_NET 80 (msg:"m"; ${options} sid:1000001; rev:3;)`;

it("reads what a console lists of a rule", () => {
  const text = String.raw`# a comment
alert http [$HOME_NET,!10.0.0.1] any -> any [80,8080] (msg:"ET \"quoted\"\; text"; flow:established,to_server; content:"a\;b"; reference:cve,2021-44228; reference:url,example.test/a,b; classtype:web-application-attack; metadata:cve CVE_2021_44228, mitre_technique_id T1190, tag a, tag b; sid:2030000; rev:7; priority:2;)

#drop tcp any any -> any any (msg:"off"; sid:2030001;)
alert tcp any any -> any any ( \
  msg:"joined"; \
  sid:2030002; )`;
  const { rules, problems } = parseRules(text);
  expect(problems).toEqual([]);
  expect(rules.map(({ line, enabled, sid }) => [line, enabled, sid])).toEqual([
    [2, true, 2_030_000],
    [4, false, 2_030_001],
    [5, true, 2_030_002],
  ]);
  expect(rules[0]).toMatchObject({
    action: "alert",
    protocol: "http",
    source: "[$HOME_NET,!10.0.0.1]",
    destinationPort: "[80,8080]",
    message: 'ET "quoted"; text',
    rev: 7,
    gid: 1,
    priority: 2,
    classtype: "web-application-attack",
    references: [
      { system: "cve", id: "2021-44228" },
      { system: "url", id: "example.test/a,b" },
    ],
  });
  expect(rules[0]?.metadata.get("tag")).toEqual(["a", "b"]);
  expect(rules[0]?.metadata.get("mitre_technique_id")).toEqual(["T1190"]);
  expect(rules[2]?.message).toBe("joined");
});

describe("refuses", () => {
  it.each([
    ["lua:x.lua;", /runs a program/],
    ["LuaJIT:x.lua;", /runs a program/],
    [" lua :x.lua;", /runs a program/],
    ['metadata:"a; lua:x.lua; b";', /runs a program/],
    ["filemd5:/etc/shadow;", /reads a file/],
    ["filesha1:x;", /reads a file/],
    ["filesha256:!x;", /reads a file/],
    ["dns.query; dataset:isset,x,type string,load /etc/passwd;", /uses a file/],
    ["dns.query; dataset:set,x, type string , state x.lst;", /uses a file/],
    ["dns.query; dataset:set,x,type string,save x.lst;", /uses a file/],
    ["dns.query; datarep:x,>,1,load x.rep,type string;", /uses a file/],
    ["ip.src; dataset:unset,bw-block-ip;", /names a set of the reputation rules/],
    ["ip.src; dataset:set,BW-block-ip,type ip;", /names a set of the reputation rules/],
    ["iprep:any,bw-block,>,1;", /names a set of the reputation rules/],
  ])("%s", (options, reason) => {
    const { problems } = checkCustomRules(`\n${rule(options)}`);
    expect(problems).toEqual([
      expect.objectContaining({ line: 2, sid: 1_000_001, reason: expect.stringMatching(reason) }),
    ]);
    expect(problems[0]?.remedy).not.toBe("");
  });

  it.each([
    [rule("").replace("1000001", "9100010"), /reputation rules/],
    [rule("").replace("sid:1000001; ", ""), /no sid/],
    [rule("", "explode"), /unknown action "explode"/],
    ["alert tcp any any", /not a rule/],
    ["some text", /not a rule/],
    ['alert tcp any any -> any any (msg:"x"; sid:1)', /semicolon/],
    [`alert tcp any any -> any any (msg:"${"x".repeat(9000)}"; sid:1;)`, /9\d{3} characters/],
    ['alert tcp any any -> any any (msg:"a\0b"; sid:1;)', /control characters/],
  ])("%s", (text, reason) => {
    const { problems } = checkCustomRules(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 1, reason: expect.stringMatching(reason) });
  });

  it("a sid used twice, naming both lines", () => {
    const { problems } = checkCustomRules(`${rule("")}\n#${rule("")}\n${rule("")}`);
    expect(problems).toMatchObject([{ line: 3, reason: "sid 1000001 was already used on line 1" }]);
  });

  it("what hides behind a joined line, a disabled rule's look, or other line ends", () => {
    expect(checkCustomRules(rule("l\\\nua:x.lua;")).problems).toHaveLength(1);
    expect(checkCustomRules(`${rule("lua:x.lua;")}\r\n`).problems).toHaveLength(1);
    expect(checkCustomRules(`# ${rule("lua:x.lua;")}`).problems).toEqual([]);
    // A comment does not continue, so this second line is a rule to the engine.
    expect(checkCustomRules(`# note \\\n${rule("lua:x.lua;")}`).problems).toHaveLength(1);
  });
});

it("passes ordinary rules", () => {
  const fine = [
    rule('content:"lua:x.lua";'),
    rule("dns.query; dataset:isset,mine,type string;").replace("1000001", "1000002"),
    rule("iprep:src,BadHosts,>,30;", "drop").replace("1000001", "1000003"),
  ];
  expect(checkCustomRules(fine.join("\n")).problems).toEqual([]);
});

it("reads every rule that Debian ships with Suricata", () => {
  const directory = "/etc/suricata/rules";
  expect(existsSync(directory), "apt-get install suricata").toBe(true);
  const files = readdirSync(directory).filter((name) => name.endsWith(".rules"));
  let active = 0;
  for (const file of files) {
    const { rules, problems } = parseRules(readFileSync(join(directory, file), "utf8"));
    expect([file, problems]).toEqual([file, []]);
    active += rules.filter(({ enabled, sid }) => enabled && sid !== undefined).length;
  }
  expect(active).toBeGreaterThan(300);
});

it("never throws, whatever it is given", () => {
  const piece = fc.constantFrom(
    "alert ",
    "tcp ",
    "any ",
    "-> ",
    "(",
    ")",
    ";",
    "\\",
    '"',
    "\n",
    "sid:",
    "1",
    "#",
    "lua:",
    "\0",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      const { rules, problems } = checkCustomRules(pieces.join(""));
      expect(rules.length + problems.length).toBeGreaterThanOrEqual(0);
    }),
  );
});
