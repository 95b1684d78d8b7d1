/** Calls one after the other, in the order in which they were asked for: what is undone must be what
 * was done last. One that fails does not hold up the next. */
export class InOrder {
  private last: Promise<unknown> = Promise.resolve();
  private count = 0;

  constructor(private readonly said: (waiting: number) => void = () => {}) {}

  run<T>(call: () => Promise<T>): Promise<T> {
    this.say(1);
    const mine = this.last.then(call, call);
    this.last = mine.then(
      () => this.say(-1),
      () => this.say(-1),
    );
    return mine;
  }

  private say(step: number): void {
    this.count += step;
    this.said(this.count);
  }
}
