import { recogniseValue } from "../../lib/recognise-value.ts";
import { Button } from "../../ui/Button.tsx";
import { NoMatch, NothingYet } from "../../ui/states.tsx";
import type { HubObjectFilters } from "./use-hub-object-filters.ts";

type Props = { filters: HubObjectFilters; onAdd: () => void; denied: string | undefined };

/** Nothing yet, nothing that matches, or a looked-up value that is not on the list. */
export function HubObjectsEmpty({ filters, onAdd, denied }: Props) {
  const { view, setView, isFiltered, reset } = filters;
  const value = recogniseValue(view.q);
  if (isFiltered && value !== undefined) {
    return (
      <NothingYet
        title={`${value.value} is not on the list`}
        action={
          <>
            <Button
              variant="primary"
              disabledReason={denied}
              onPress={() => setView({ add: value.value })}
            >
              Add it
            </Button>
            <Button onPress={reset}>Reset filters</Button>
          </>
        }
      />
    );
  }
  if (isFiltered) return <NoMatch what="objects" onReset={reset} />;
  return (
    <NothingYet
      title="No suspicious objects yet"
      action={
        <Button variant="primary" onPress={onAdd} disabledReason={denied}>
          Add objects
        </Button>
      }
    >
      Paste a list here, or let programs add them with an API key.
    </NothingYet>
  );
}
