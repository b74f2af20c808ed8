import { SetChecksum, type SetMember } from "@breakwater/protocol";
import { checksumOf } from "@breakwater/reputation-set";

/** The checksum of a set after members left and entered it. */
export function movedChecksum(
  before: SetChecksum,
  left: readonly SetMember[],
  entered: readonly SetMember[],
): SetChecksum {
  const sum = numberOf(before) - numberOf(checksumOf(left)) + numberOf(checksumOf(entered));
  return SetChecksum.parse(BigInt.asUintN(128, sum).toString(16).padStart(32, "0"));
}

function numberOf(checksum: SetChecksum): bigint {
  return BigInt(`0x${checksum}`);
}
