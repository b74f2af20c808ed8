import { expect, it } from "vitest";
import { main } from "./main.ts";

async function run(...words: string[]) {
  const shown = { out: "", err: "" };
  const code = await main(words, {
    env: {},
    width: Number.POSITIVE_INFINITY,
    write: (text) => {
      shown.out += `${text}\n`;
    },
    writeBytes: async () => {},
    note: (text) => {
      shown.err += `${text}\n`;
    },
  });
  return { code, ...shown };
}

it.each([
  [[], "breakwater agent <flags>"],
  [["up"], "--port-base"],
  [["hub"], "enrollment-tokens create"],
  [["sms"], "vision-one connect"],
  [["agent"], "--interfaces A,B"],
  [["lab"], "breakwater lab curl"],
])("%j explains itself with --help", async (words, expected) => {
  const { code, out, err } = await run(...words, "--help");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain(expected);
});

it("a command that does not exist is named, as wrong usage", async () => {
  const { code, out, err } = await run("launch");
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain('there is no "launch"');
});
