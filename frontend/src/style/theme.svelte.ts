/** Light, dark, or as the system says. The choice stays on this device. */

export type ThemeChoice = 'system' | 'light' | 'dark';
const KEY = 'eyebright.theme';

class Theme {
  choice = $state<ThemeChoice>(remembered());
  private system = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.apply();
    this.system.addEventListener('change', () => this.apply());
  }

  set(choice: ThemeChoice): void {
    this.choice = choice;
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
    this.apply();
  }

  private apply(): void {
    const dark = this.choice === 'dark' || (this.choice === 'system' && this.system.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }
}

function remembered(): ThemeChoice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

export const theme = new Theme();
