import { recogniseValue } from "../lib/recognise-value.ts";
import type { Action } from "../ui/shortcuts.tsx";

/** What can be done with a text in the palette: look it up, and when it is a value, add it. */
export function hubValueActions(text: string, go: (href: string) => void): Action[] {
  if (text === "") return [];
  const known = recogniseValue(text);
  const query = encodeURIComponent(known?.value ?? text);
  const group = known === undefined ? "Search" : `${known.value} (${known.type})`;
  const search: Action[] = [
    {
      id: "value-objects",
      group,
      label: known === undefined ? `Suspicious objects with “${text}”` : "Is it on the list?",
      run: () => go(`/suspicious-objects?q=${query}`),
    },
    {
      id: "value-events",
      group,
      label: known === undefined ? `Events with “${text}”` : "Events that mention it",
      run: () => go(`/events?q=${query}`),
    },
  ];
  if (known === undefined) return search;
  return [
    ...search,
    {
      id: "value-add",
      group,
      label: "Add to suspicious objects",
      run: () => go(`/suspicious-objects?add=${query}`),
    },
  ];
}
