import { Link } from "@tanstack/react-router";
import { recogniseValue } from "../../lib/recognise-value.ts";
import { Button } from "../../ui/Button.tsx";
import { buttonClass } from "../../ui/button-class.ts";
import { NoMatch, NothingYet } from "../../ui/states.tsx";
import type { ObjectFilters } from "./use-object-filters.ts";

type Props = { filters: ObjectFilters; onAdd: () => void; denied: string | undefined };

/** Nothing yet, nothing that matches, or a looked-up value that is not on the list. */
export function ObjectsEmpty({ filters, onAdd, denied }: Props) {
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
      >
        No source asserts exactly this value. A range or a parent domain that contains it may still
        be listed.
      </NothingYet>
    );
  }
  if (isFiltered) return <NoMatch what="objects" onReset={reset} />;
  return (
    <NothingYet
      title="No suspicious objects yet"
      action={
        <>
          <Link to="/vision-one" className={buttonClass({ variant: "primary" })}>
            Connect Trend Vision One
          </Link>
          <Button onPress={onAdd} disabledReason={denied}>
            Paste a list
          </Button>
        </>
      }
    >
      Connect a threat platform to receive its list, or add objects of your own.
    </NothingYet>
  );
}
