import Plus from "lucide-react/icons/plus";
import { useDenied } from "../../accounts/session.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";
import { Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { EnrollmentTokens } from "./EnrollmentTokens.tsx";
import { NewTokenDialog } from "./NewTokenDialog.tsx";
import { ProductList } from "./ProductList.tsx";

const DEFAULTS = { tab: "products", sort: "", add: "", open: "" };

/** The managers that are connected, and the tokens to connect more. */
export default function ProductsPage() {
  usePageTitle("Product Instance");
  const [view, setView] = useUrlState(DEFAULTS);
  const denied = useDenied("products:write");
  const add = () => setView({ add: "1" });
  useActions([
    {
      id: "new-token",
      group: "Product Instance",
      label: "Create an enrollment token",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
  ]);
  return (
    <Page layout="fill">
      <PageHeader
        title="Product Instance"
        actions={
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={add}
            disabledReason={denied}
          >
            Create enrollment token
          </Button>
        }
      >
        Managers that receive the suspicious object list and share their detections.
      </PageHeader>
      <Tabs
        label="Product Instance"
        selected={oneOf(view.tab, ["products", "tokens"]) ?? "products"}
        onSelect={(tab) => setView({ tab, sort: "", open: "" })}
        items={[
          {
            id: "products",
            label: "Connected managers",
            content: (
              <ProductList
                sort={view.sort}
                onSort={(sort) => setView({ sort })}
                open={view.open}
                onOpen={(open) => setView({ open })}
                onAdd={add}
                denied={denied}
              />
            ),
          },
          {
            id: "tokens",
            label: "Enrollment tokens",
            content: (
              <EnrollmentTokens
                sort={view.sort}
                onSort={(sort) => setView({ sort })}
                onAdd={add}
                denied={denied}
              />
            ),
          },
        ]}
      />
      {view.add !== "" && (
        <NewTokenDialog onClose={() => setView({ add: "" }, { replace: true })} />
      )}
    </Page>
  );
}
