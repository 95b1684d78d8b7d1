/** Whether the filters stand beside what is found. On wide screens the choice is kept; on narrow ones
 * they would cover everything, and begin closed. */
const WIDE = '(min-width: 960px)';
const KEY = 'eyebright.library.filters';

export class FilterPanel {
  private readonly wide = matchMedia(WIDE);
  open = $state(this.wide.matches && !wasClosed());

  get isWide(): boolean {
    return this.wide.matches;
  }

  flip(): void {
    this.open = !this.open;
    if (!this.wide.matches) return;
    try {
      localStorage.setItem(KEY, this.open ? 'open' : 'closed');
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
  }
}

function wasClosed(): boolean {
  try {
    return localStorage.getItem(KEY) === 'closed';
  } catch {
    return false;
  }
}
