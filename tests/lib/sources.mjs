// The files of this tree, for the tests that read sources.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('../..', import.meta.url));

// Paths from the top of all files under the folders whose names end so.
export function sources(folders, endings) {
  const found = [];
  const walk = (folder) => {
    for (const entry of fs.readdirSync(path.join(top, folder), { withFileTypes: true })) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!['node_modules', 'dist'].includes(entry.name)) walk(name);
      } else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(name);
    }
  };
  for (const folder of folders) if (fs.existsSync(path.join(top, folder))) walk(folder);
  return found.sort();
}
