import { z } from "zod";
import { readSamples, type SampleObject } from "./samples.ts";

const BATCH = 200;
const Outcomes = z.array(z.looseObject({ status: z.number(), body: z.unknown().optional() }));

type Hub = { url: string; apiKey: string };

/**
 * Puts the samples on the hub's list through its public API, as any client of it would.
 *
 * @returns how many were taken
 */
export async function loadSamples(hub: Hub): Promise<number> {
  const samples = readSamples();
  for (let start = 0; start < samples.length; start += BATCH) {
    await addObjects(hub, samples.slice(start, start + BATCH));
  }
  return samples.length;
}

async function addObjects({ url, apiKey }: Hub, objects: readonly SampleObject[]): Promise<void> {
  const response = await fetch(`${url}/v3.0/threatintel/suspiciousObjects`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(objects),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`the hub refused the sample data (${response.status}): ${text}`);
  }
  const refused = Outcomes.parse(JSON.parse(text)).find(({ status }) => status >= 300);
  if (refused !== undefined) {
    throw new Error(`the hub refused a sample: ${JSON.stringify(refused.body)}`);
  }
}
