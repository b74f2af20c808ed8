import { notify, transaction } from "@breakwater/postgres";
import { AppError, type ProductId } from "@breakwater/protocol";
import type { By } from "../audit.ts";
import { PRODUCTS_CHANNEL } from "../database.ts";
import { revokeCertificates } from "./certificate-store.ts";
import type { ProductsContext } from "./products-context.ts";
import { lockProduct, markDisconnected } from "./store.ts";

/**
 * Disconnects a product: onboarding ends, every stream is out of sync, its certificates are refused
 * and its open connections end. Doing it again changes nothing.
 */
export async function disconnectProduct(
  context: ProductsContext,
  id: ProductId,
  by: By,
): Promise<void> {
  const { db, clock, certificates, trustDomain } = context;
  const now = clock.now();
  await transaction(db, async (tx) => {
    const product = await lockProduct(tx, id);
    if (product === undefined) throw new AppError("NotFound", `id: there is no product ${id}.`);
    if (!product.onboarding) return;
    await markDisconnected(tx, id, now);
    await revokeCertificates(tx, id, now);
    await notify(tx, PRODUCTS_CHANNEL);
    await context.audit(tx, { action: "product.disconnect", object: id, by });
  });
  certificates.revoke(id);
  context.disconnectPeer({ trustDomain, kind: "sms", id });
}
