import { MarkingDefinition, type StixObject } from "./stix-objects.ts";

/** Ids that the STIX 2.1 standard (4.15) and its TLP 2.0 extension fix; bundles often leave them out. */
const WELL_KNOWN: readonly (readonly [string, string])[] = [
  ["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "TLP:WHITE"],
  ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "TLP:GREEN"],
  ["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "TLP:AMBER"],
  ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "TLP:RED"],
  ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "TLP:CLEAR"],
  ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "TLP:GREEN"],
  ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "TLP:AMBER"],
  ["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT"],
  ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "TLP:RED"],
];

/** Names of the marking definitions, by id. */
export function markingNames(objects: readonly StixObject[]): ReadonlyMap<string, string> {
  const names = new Map(WELL_KNOWN);
  for (const object of objects) {
    if (object.type !== "marking-definition") continue;
    const { id, name, definition } = MarkingDefinition.parse(object);
    const tlp = definition?.tlp === undefined ? undefined : `TLP:${definition.tlp.toUpperCase()}`;
    const shown = tlp ?? name ?? definition?.statement;
    if (shown !== undefined && !names.has(id)) names.set(id, shown);
  }
  return names;
}
