export type Parameters = Record<string, string>;

/** What `/library/assets/:id` finds in a path, or null when it is another page's. */
export function matchPath(pattern: string, path: string): Parameters | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const found: Parameters = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decoded(value);
    else if (part !== value) return null;
  }
  return found;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // A lone percent sign typed by hand.
  }
}
