import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components/Tabs";

export type TabItem<T extends string> = { id: T; label: ReactNode; content: ReactNode };

/** Tabs whose choice belongs into the URL of the page. */
export function Tabs<T extends string>({
  label,
  items,
  selected,
  onSelect,
}: {
  label: string;
  items: readonly TabItem<T>[];
  selected: T;
  onSelect: (id: T) => void;
}) {
  return (
    <AriaTabs
      selectedKey={selected}
      onSelectionChange={(key) => {
        const item = items.find((candidate) => candidate.id === key);
        if (item !== undefined) onSelect(item.id);
      }}
      className="flex min-h-0 flex-1 flex-col"
    >
      <TabList aria-label={label} className="flex gap-5 border-b border-hairline">
        {items.map((item) => (
          <Tab
            key={item.id}
            id={item.id}
            className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-muted outline-offset-0 data-hovered:text-text data-selected:border-accent data-selected:font-medium data-selected:text-text"
          >
            {item.label}
          </Tab>
        ))}
      </TabList>
      {items.map((item) => (
        <TabPanel
          key={item.id}
          id={item.id}
          className="flex min-h-0 flex-1 flex-col pt-4 outline-none"
        >
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
