// Initials on a hue of the person's own: twelve classes, since styles come from our file.
export const hueOf = (id: string) => {
  let h = 0;
  for (const c of id) h = (h * 31 + c.charCodeAt(0)) >>> 0;
  return h % 12;
};

export function Avatar({ id, name }: { id: string; name: string }) {
  const initials = [...name.trim()].slice(0, 1).join('').toUpperCase();
  return (
    <span class={`avatar hue-${hueOf(id)}`} aria-hidden="true">
      {initials}
    </span>
  );
}
