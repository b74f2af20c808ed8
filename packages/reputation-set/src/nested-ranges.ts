/** A point of an address space whose order is that of the addresses. */
export type Point = number | string;
/** From its first to its last address. */
export type Span<P extends Point> = { readonly from: P; readonly to: P };
export type RangeItem<P extends Point, T> = Span<P> & { readonly item: T };

type Place<P extends Point, T> = RangeItem<P, T> & { readonly outer: Place<P, T> | undefined };

/**
 * Network ranges, of which any two are apart or one lies inside the other. Sorted, each with the
 * next wider one around it, so that what is around an address is found by one binary search.
 */
export class NestedRanges<P extends Point, T> {
  readonly #places: readonly Place<P, T>[];

  constructor(ranges: readonly RangeItem<P, T>[]) {
    this.#places = withOuter(
      ranges.toSorted((a, b) => compare(a.from, b.from) || compare(b.to, a.to)),
    );
  }

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  /** Appends the items of every range that contains all of `span`, narrow before wide. */
  around({ from, to }: Span<P>, found: T[]): void {
    let place = this.#places[this.#firstAfter(from) - 1];
    for (; place !== undefined; place = place.outer) if (place.to >= to) found.push(place.item);
  }

  /** Appends the items of every range that lies inside `span`. */
  inside({ from, to }: Span<P>, found: T[]): void {
    for (let i = this.#firstFrom(from); ; i += 1) {
      const place = this.#places[i];
      if (place === undefined || place.from > to) return;
      if (place.to <= to) found.push(place.item);
    }
  }

  /** Index of the first range that begins after `point`. */
  #firstAfter(point: P): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const place = this.#places[middle];
      if (place === undefined || place.from > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Index of the first range that begins at `point` or after it. */
  #firstFrom(point: P): number {
    let at = this.#firstAfter(point);
    while (this.#places[at - 1]?.from === point) at -= 1;
    return at;
  }
}

function withOuter<P extends Point, T>(sorted: readonly RangeItem<P, T>[]): Place<P, T>[] {
  const places: Place<P, T>[] = [];
  let last: Place<P, T> | undefined;
  for (const { from, to, item } of sorted) {
    while (last !== undefined && last.to < from) last = last.outer;
    last = { from, to, item, outer: last };
    places.push(last);
  }
  return places;
}

function compare(left: Point, right: Point): number {
  return left < right ? -1 : Number(left > right);
}
