import type { Product, StreamStatus } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import { STREAM_LABELS, STREAM_STATES } from "../../lib/stream-labels.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { useNow } from "../../ui/use-now.tsx";

/** The worst first. */
const ORDER: readonly StreamStatus["state"][] = [
  "failing",
  "out-of-sync",
  "catching-up",
  "connecting",
  "in-sync",
  "disabled",
];

export const productColumns: readonly Column<Product>[] = [
  {
    id: "name",
    header: "Name",
    sortBy: (product) => product.name,
    cell: (product) => <DataText truncate>{product.name}</DataText>,
  },
  {
    id: "onboarding",
    header: "Onboarding status",
    width: 150,
    sortBy: (product) => Number(!product.onboarding),
    cell: (product) => (
      <State tone={product.onboarding ? "ok" : "none"}>
        {product.onboarding ? "True" : "False"}
      </State>
    ),
  },
  {
    id: "connection",
    header: "Connection",
    width: 140,
    sortBy: (product) => Number(!product.connected),
    cell: (product) => (
      <State tone={product.connected ? "ok" : "off"}>
        {product.connected ? "Connected" : "Not connected"}
      </State>
    ),
  },
  {
    id: "sync",
    header: "Sync status",
    width: 250,
    from: "lg",
    sortBy: (product) => ORDER.indexOf(worstOf(product)?.state ?? "disabled"),
    cell: (product) => <SyncSummary product={product} />,
  },
  {
    id: "devices",
    header: "Devices",
    width: 92,
    from: "xl",
    align: "right",
    sortBy: (product) => product.devices,
    cell: (product) => formatExact(product.devices),
  },
  {
    id: "revision",
    header: "Revision",
    width: 100,
    from: "2xl",
    align: "right",
    sortBy: (product) => product.syncedRevision,
    cell: (product) => formatExact(product.syncedRevision),
  },
  {
    id: "certificate",
    header: "Certificate",
    width: 130,
    from: "md",
    sortBy: (product) => product.certificateExpires,
    cell: (product) => <CertificateExpiry product={product} />,
  },
  {
    id: "seen",
    header: "Last seen",
    width: 124,
    from: "xl",
    sortBy: (product) => product.lastSeen ?? "",
    cell: (product) => <TimeAgo time={product.lastSeen} />,
  },
];

function worstOf(product: Product): StreamStatus | undefined {
  return [...product.streams].toSorted(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state),
  )[0];
}

/** One word when all streams agree, else the worst of them. */
function SyncSummary({ product }: { product: Product }) {
  const worst = worstOf(product);
  if (worst === undefined) return <span className="text-muted">–</span>;
  const look = STREAM_STATES[worst.state];
  const others = product.streams.filter((stream) => stream.state === worst.state).length;
  const text =
    others === product.streams.length
      ? look.label
      : `${look.label}: ${others === 1 ? STREAM_LABELS[worst.name] : `${others} streams`}`;
  return (
    <State tone={look.tone} truncate>
      {text}
    </State>
  );
}

const WARN_DAYS = 14;

function CertificateExpiry({ product }: { product: Product }) {
  const now = useNow();
  const soon =
    product.onboarding && Date.parse(product.certificateExpires) - now < WARN_DAYS * 86_400_000;
  const time = <TimeAgo time={product.certificateExpires} />;
  return soon ? <State tone="warning">{time}</State> : time;
}
