import { z } from "zod";
import { readSamples, type SampleObject } from "./samples.ts";

const BATCH = 200;
const Outcomes = z.array(z.looseObject({ status: z.number() }));

/** Puts the samples on the hub's list through its public API, as any client of it would. */
export async function loadSamples(hub: { url: string; apiKey: string }): Promise<{
  added: number;
  refused: number;
}> {
  const samples = readSamples();
  const counts = { added: 0, refused: 0 };
  for (let start = 0; start < samples.length; start += BATCH) {
    const statuses = await addObjects(hub, samples.slice(start, start + BATCH));
    const added = statuses.filter((status) => status < 300).length;
    counts.added += added;
    counts.refused += statuses.length - added;
  }
  return counts;
}

async function addObjects(
  { url, apiKey }: { url: string; apiKey: string },
  objects: readonly SampleObject[],
): Promise<number[]> {
  const response = await fetch(`${url}/v3.0/threatintel/suspiciousObjects`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(objects),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`the hub refused the sample data (${response.status}): ${text}`);
  return Outcomes.parse(JSON.parse(text)).map(({ status }) => status);
}
