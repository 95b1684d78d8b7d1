/** Where the list of people was left, to come back to. */
export interface Left {
  key: string;
  top: number;
  active: number;
}

class Returning {
  private left: Left = { key: '', top: 0, active: 0 };

  keep(left: Left): void {
    this.left = left;
  }
  /** Where it was, if it shows the same. */
  at(key: string): Left {
    return this.left.key === key ? this.left : { key, top: 0, active: 0 };
  }
}

export const returning = new Returning();

/** Whether nothing on the page has the keys yet, so that a grid may take them. */
export function isUnclaimed(): boolean {
  const has = document.activeElement;
  return has === null || has === document.body || has.id === 'main';
}
