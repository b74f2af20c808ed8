import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** An object as the hub's public API takes it: the value under the name of its type. */
export type PublicObject = Record<"ip" | "domain" | "url" | "fileSha256", string>;
export type SampleObject = Partial<PublicObject> & {
  riskLevel: "high";
  scanAction: "block";
  description: string;
};

const FILES = {
  "addresses.txt": "ip",
  "domains.txt": "domain",
  "urls.txt": "url",
  "sha256.txt": "fileSha256",
} as const satisfies Record<string, keyof PublicObject>;

const FOLDER = fileURLToPath(new URL("../../../../samples", import.meta.url));

/** The shipped indicators, ready to be sent. */
export function readSamples(): SampleObject[] {
  return Object.entries(FILES).flatMap(([file, type]) =>
    readFileSync(`${FOLDER}/${file}`, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((value) => ({
        [type]: value,
        riskLevel: "high" as const,
        scanAction: "block" as const,
        description: "Breakwater sample data",
      })),
  );
}
