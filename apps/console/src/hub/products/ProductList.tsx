import type { Product } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import Ellipsis from "lucide-react/icons/ellipsis";
import { useState } from "react";
import { QueryView } from "../../query/QueryView.tsx";
import { ListWithPanel } from "../../shell/Page.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { NothingYet } from "../../ui/states.tsx";
import { hubQueries } from "../client.ts";
import { DisconnectProductDialog } from "./DisconnectProductDialog.tsx";
import { ProductDetails } from "./ProductDetails.tsx";
import { productColumns } from "./product-columns.tsx";

type Props = {
  sort: string;
  onSort: (sort: string) => void;
  open: string;
  onOpen: (id: string) => void;
  onAdd: () => void;
  denied: string | undefined;
};

/** Managers with their state; a panel shows every stream. */
export function ProductList({ sort, onSort, open, onOpen, onAdd, denied }: Props) {
  const query = useQuery({ ...hubQueries.one("GET /hub/v1/products"), refetchInterval: 3_000 });
  const [leaving, setLeaving] = useState<Product>();
  const rowAction = (product: Product) => (
    <Menu
      label={`Actions for ${product.name}`}
      trigger={
        <IconButton
          size="sm"
          label={`More for ${product.name}`}
          icon={<Ellipsis size={14} aria-hidden />}
        />
      }
      actions={[
        { id: "open", label: "Show streams", onAction: () => onOpen(product.id) },
        {
          id: "disconnect",
          label: "Disconnect",
          danger: true,
          onAction: () => setLeaving(product),
          disabledReason: denied ?? (!product.onboarding && "Already disconnected"),
        },
      ]}
    />
  );
  return (
    <>
      <QueryView query={query} what="connected managers">
        {({ items }) => {
          const shown = items.find((product) => product.id === open);
          if (items.length === 0) {
            return (
              <NothingYet
                title="No manager is connected"
                action={
                  <Button variant="primary" onPress={onAdd} disabledReason={denied}>
                    Create enrollment token
                  </Button>
                }
              >
                Create a token here and paste it into the manager's page “Connect to Trend Vision
                One”.
              </NothingYet>
            );
          }
          return (
            <ListWithPanel
              list={
                <DataTable
                  label="Connected managers"
                  columns={productColumns}
                  rows={items}
                  rowId={(product) => product.id}
                  rowName={(product) => product.name}
                  href={(product) => `/products?open=${product.id}`}
                  onOpen={(product) => onOpen(product.id)}
                  openId={shown?.id}
                  sort={sort}
                  onSort={onSort}
                  rowAction={rowAction}
                />
              }
              panel={
                shown !== undefined && (
                  <ProductDetails key={shown.id} product={shown} onClose={() => onOpen("")} />
                )
              }
            />
          );
        }}
      </QueryView>
      {leaving !== undefined && (
        <DisconnectProductDialog product={leaving} onClose={() => setLeaving(undefined)} />
      )}
    </>
  );
}
