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
  { path: '/people', title: 'People', icon: 'people', key: 'p' },
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
  {
    pattern: '/people',
    title: 'Review',
    load: () => import('./people/ReviewPage.svelte') as Loaded,
  },
  {
    pattern: '/people/all',
    title: 'People',
    load: () => import('./people/list/ListPage.svelte') as Loaded,
  },
  {
    pattern: '/people/unknown',
    title: 'Unknown groups',
    load: () => import('./people/unknown/UnknownPage.svelte') as Loaded,
  },
  {
    pattern: '/people/ignored',
    title: 'Ignored',
    load: () => import('./people/ignored/IgnoredPage.svelte') as Loaded,
  },
  {
    pattern: '/people/history',
    title: 'History',
    load: () => import('./people/history/HistoryPage.svelte') as Loaded,
  },
  {
    pattern: '/people/of/:id',
    title: 'Person',
    load: () => import('./people/person/PersonPage.svelte') as Loaded,
  },
  { pattern: '/jobs', title: 'Jobs', load: () => import('./jobs/JobsPage.svelte') as Loaded },
  { pattern: '/usage', title: 'Usage', load: () => import('./usage/UsagePage.svelte') as Loaded },
];
