/** The address bar as state: history API, no library. */
import { matchPath, type Parameters } from './paths';

class Router {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));

  constructor() {
    addEventListener('popstate', () => this.read());
    document.addEventListener('click', (event) => this.follow(event));
  }

  /** Go to a path of these pages. `replace` keeps the history as it is: for what a slider writes. */
  go(to: string, { replace = false }: { replace?: boolean } = {}): void {
    const before = this.path;
    history[replace ? 'replaceState' : 'pushState'](null, '', to);
    this.read();
    if (this.path !== before) this.arrive();
  }

  match(pattern: string): Parameters | null {
    return matchPath(pattern, this.path);
  }

  private read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }

  /** A new page begins at its top, and a screen reader begins with its heading. */
  private arrive(): void {
    const main = document.getElementById('main');
    main?.scrollTo(0, 0);
    main?.focus({ preventScroll: true });
  }

  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = (event.target as Element | null)?.closest('a');
    if (!anchor || anchor.target || anchor.hasAttribute('download')) return;
    const to = new URL(anchor.href, location.href);
    if (to.origin !== location.origin || to.pathname.startsWith('/api/')) return;
    if (to.hash && to.pathname === location.pathname) return;
    event.preventDefault();
    this.go(to.pathname + to.search);
  }
}

export const router = new Router();
