import { Link } from "@tanstack/react-router";
import { recogniseValue } from "../../lib/recognise-value.ts";
import { Button } from "../../ui/Button.tsx";
import { buttonClass } from "../../ui/button-class.ts";
import { NoMatch, NothingYet } from "../../ui/states.tsx";
import { ValueVerdict } from "./ValueVerdict.tsx";

type Props = {
  q: string;
  onAdd: (value?: string) => void;
  onReset: () => void;
  denied: string | undefined;
};

/** Nothing yet, nothing that matches, or a looked-up value that is not on the list. */
export function ObjectsEmpty({ q, onAdd, onReset, denied }: Props) {
  const value = recogniseValue(q);
  if (value !== undefined) {
    return (
      <NothingYet
        title={`${value.value} is not on the list`}
        action={
          <>
            <Button variant="primary" disabledReason={denied} onPress={() => onAdd(value.value)}>
              Add it
            </Button>
            <Button onPress={onReset}>Reset the search</Button>
          </>
        }
      >
        <ValueVerdict value={value.value} />
      </NothingYet>
    );
  }
  if (q !== "") return <NoMatch what="objects" onReset={onReset} />;
  return (
    <NothingYet
      title="No suspicious objects yet"
      action={
        <>
          <Link to="/vision-one" className={buttonClass({ variant: "primary" })}>
            Connect Trend Vision One
          </Link>
          <Button onPress={() => onAdd()} disabledReason={denied}>
            Paste a list
          </Button>
        </>
      }
    >
      Connect a threat platform to receive its list, or add objects of your own.
    </NothingYet>
  );
}
