/** Every page: its address, its place in the navigation, and the code that is fetched when it is
 * opened. The component gets the parameters of its path as properties. */
import type { Component } from 'svelte';

import type { IconName } from '../parts/icons';

export interface Page {
  pattern: string;
  title: string;
  load: () => Promise<{ default: Component<Record<string, string>> }>;
}

export interface NavigationEntry {
  path: string;
  title: string;
  icon: IconName;
  /** The second key after `g`. */
  key: string;
}

export const HOME = '/console';

export const NAVIGATION: readonly NavigationEntry[] = [
  { path: '/console', title: 'Console', icon: 'console', key: 'c' },
  { path: '/library', title: 'Library', icon: 'library', key: 'l' },
  { path: '/jobs', title: 'Jobs', icon: 'jobs', key: 'j' },
  { path: '/usage', title: 'Usage', icon: 'usage', key: 'u' },
];

type Loaded = Promise<{ default: Component<Record<string, string>> }>;

export const PAGES: readonly Page[] = [
  {
    pattern: '/console',
    title: 'Console',
    load: () => import('./console/ConsolePage.svelte') as Loaded,
  },
  {
    pattern: '/library',
    title: 'Library',
    load: () => import('./library/LibraryPage.svelte') as Loaded,
  },
  {
    pattern: '/library/assets/:id',
    title: 'Asset',
    load: () => import('./asset/AssetPage.svelte') as Loaded,
  },
  { pattern: '/jobs', title: 'Jobs', load: () => import('./jobs/JobsPage.svelte') as Loaded },
  { pattern: '/usage', title: 'Usage', load: () => import('./usage/UsagePage.svelte') as Loaded },
];
