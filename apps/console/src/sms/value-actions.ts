import { recogniseValue } from "../lib/recognise-value.ts";
import type { Action } from "../ui/shortcuts.tsx";

/** What can be done with a text in the palette: look it up, and when it is a value, add it. */
export function smsValueActions(text: string, go: (href: string) => void): Action[] {
  if (text === "") return [];
  const known = recogniseValue(text);
  const value = known?.value ?? text;
  const group = known === undefined ? "Search" : `${value} (${known.type})`;
  const query = encodeURIComponent(value);
  const isAddress = known?.type === "ipv4" || known?.type === "ipv6";
  const search: Action[] = [
    {
      id: "value-objects",
      group,
      label:
        known === undefined ? `Suspicious objects with “${text}”` : "Why is it blocked? Look it up",
      run: () => go(`/suspicious-objects?q=${query}`),
    },
    {
      id: "value-events",
      group,
      label: known === undefined ? `Events with “${text}”` : "Events that mention it",
      run: () => go(isAddress ? `/events?address=${query}` : `/events?q=${query}`),
    },
  ];
  if (known === undefined) return search;
  return [
    ...search,
    {
      id: "value-except",
      group,
      label: "Make exception",
      run: () => go(`/exceptions?add=${query}`),
    },
    {
      id: "value-add",
      group,
      label: "Add to suspicious objects",
      run: () => go(`/suspicious-objects?add=${query}`),
    },
  ];
}
