import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { detectFormat } from "./detect-format.ts";
import { readList } from "./list/read-list.ts";
import { readMisp } from "./misp/read-misp.ts";
import { everything, tally } from "./reading.test-helper.ts";
import { readStix } from "./stix/read-stix.ts";

const NOW = Date.UTC(2026, 0, 1);

function sample(name: string) {
  return createReadStream(fileURLToPath(new URL(`../samples/${name}`, import.meta.url)));
}

function list(name: string) {
  return createReadStream(fileURLToPath(new URL(`../../../samples/${name}`, import.meta.url)));
}

function countOf(ignored: readonly { count: number }[]): number {
  return ignored.reduce((sum, { count }) => sum + count, 0);
}

test.each([
  [
    "IcedID_Malware.json.gz",
    891,
    {
      sha256: 145,
      domain: 26,
      url: 2,
      ipv4: 33,
      "! indicator--14ad7a03-bf38-4966-979c-d81860080edb: file:name is not supported: there is no type of entry for it": 1,
    },
  ],
  [
    "qakbotmalware.json.gz",
    327,
    {
      sha256: 17,
      ipv4: 12,
      url: 8,
      "! indicator--4d5aa7e2-82be-420b-8ed3-0e3ba11a9b1e: email-addr:value is not supported: there is no type of entry for it": 1,
    },
  ],
])("every object of the STIX bundle %s is accounted for", async (name, objects, expected) => {
  expect(await detectFormat(sample(name))).toBe("stix");
  const { readings, ignored, batches } = await everything(readStix(sample(name), { now: NOW }));
  expect(tally(readings)).toEqual(expected);
  expect(readings.length + countOf(ignored)).toBe(objects);
  expect(batches.at(-1)?.line).toBe(objects);
});

test.each([
  ["misp-moustachedbouncer.event.json.gz", 340, 16, { url: 11, md5: 28, sha1: 28, sha256: 28 }],
  ["mozi.misp-event.json.gz", 151, 2, { url: 11, md5: 21, sha1: 21, sha256: 21 }],
])(
  "every attribute of the MISP event %s is accounted for",
  async (name, attributes, text, expected) => {
    expect(await detectFormat(sample(name))).toBe("misp");
    const { readings, ignored } = await everything(readMisp(sample(name), { now: NOW }));
    const reason = "! there is no type of entry for attributes of type text";
    expect(tally(readings)).toEqual({ ...expected, [reason]: text });
    expect(readings.length + countOf(ignored)).toBe(attributes);
  },
);

test.each([
  ["addresses.txt", { ipv4: 200 }],
  ["domains.txt", { domain: 200 }],
  ["urls.txt", { url: 50 }],
  ["sha256.txt", { sha256: 50 }],
])("every line of the list %s is read", async (name, expected) => {
  expect(await detectFormat(list(name))).toBe("list");
  const type = name === "urls.txt" ? { type: "url" as const } : {};
  const { readings } = await everything(readList(list(name), { now: NOW, ...type }));
  expect(tally(readings)).toEqual(expected);
});
