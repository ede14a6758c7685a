/** Units of one product held for one order. Moves once, from reserved to released or to shipped. */
export interface Reservation {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly status: 'reserved' | 'released' | 'shipped';
}

export interface StockLine {
  readonly sku: string;
  readonly quantity: number;
}

/** All or nothing for all lines of an order, and once however often each is called. */
export interface Stock {
  /**
   * @throws OutOfStockError if a line can't be met: nothing is held
   * @throws ReservationClosedError if the order's reservation was released or shipped before
   */
  reserve(orderId: string, lines: readonly StockLine[]): Promise<void>;
  /** Puts back what is held. Also when nothing is: a reservation that arrives late finds itself released. */
  release(orderId: string, lines: readonly StockLine[]): Promise<void>;
  /**
   * What is held has left, except the products in `unshipped`: those are put back in the same write.
   * @throws ReservationClosedError if something of it is not held any more
   */
  ship(orderId: string, unshipped?: readonly string[]): Promise<void>;
  reservations(orderId: string): Promise<readonly Reservation[]>;
}
