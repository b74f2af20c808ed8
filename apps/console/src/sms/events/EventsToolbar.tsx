import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useCan } from "../../accounts/session.tsx";
import { keysOf } from "../../lib/entry-labels.ts";
import { plural } from "../../lib/format-number.ts";
import { recogniseValue, refang } from "../../lib/recognise-value.ts";
import { TIME_RANGES } from "../../lib/time-range.ts";
import { Button } from "../../ui/Button.tsx";
import { FilterChip } from "../../ui/FilterChip.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { Select } from "../../ui/Select.tsx";
import { VERDICT_LABELS } from "../../ui/Verdict.tsx";
import { smsQueries } from "../client.ts";
import type { EventFilters } from "./use-event-filters.ts";

const any = { value: "", label: "Any" };
const VERDICTS = [
  any,
  ...keysOf(VERDICT_LABELS).map((value) => ({ value, label: VERDICT_LABELS[value] })),
];

type Props = { filters: EventFilters; total: { value: number; exact: boolean } | undefined };

/** Filters of the event list. A whole address in the text box becomes an address filter. */
export function EventsToolbar({ filters, total }: Props) {
  const { view, setView, isFiltered, reset } = filters;
  const devices = useQuery({
    ...smsQueries.one("GET /api/v1/devices"),
    enabled: useCan("devices:read"),
  });
  const options = [
    any,
    ...(devices.data?.items ?? []).map((device) => ({ value: device.id, label: device.name })),
  ];
  const search = useCallback(
    (text: string) => {
      const known = recogniseValue(text);
      const isAddress = known?.type === "ipv4" || known?.type === "ipv6";
      setView(isAddress ? { q: "", address: known.value } : { q: refang(text) }, { replace: true });
    },
    [setView],
  );
  return (
    <ListToolbar
      count={
        total === undefined
          ? undefined
          : `${total.exact ? "" : "≈ "}${plural(total.value, "event")}`
      }
    >
      <SearchBox
        label="Filter events"
        placeholder="Name, host, request, object or address"
        value={view.q}
        onChange={search}
      />
      <Select
        label="Verdict"
        layout="inline"
        options={VERDICTS}
        value={view.verdict}
        active={view.verdict !== ""}
        onChange={(verdict) => setView({ verdict })}
      />
      <Select
        label="Device"
        layout="inline"
        options={options}
        value={view.device}
        active={view.device !== ""}
        onChange={(device) => setView({ device })}
      />
      <Select
        label="Time"
        layout="inline"
        options={TIME_RANGES}
        value={TIME_RANGES.find((range) => range.value === view.range)?.value ?? ""}
        active={view.range !== ""}
        onChange={(range) => setView({ range })}
      />
      {view.address !== "" && (
        <FilterChip
          label="Address"
          value={view.address}
          onRemove={() => setView({ address: "" })}
        />
      )}
      {isFiltered && (
        <Button variant="quiet" onPress={reset}>
          Reset
        </Button>
      )}
    </ListToolbar>
  );
}
