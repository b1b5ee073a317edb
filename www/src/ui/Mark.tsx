// The mark: people around a common table.
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <path d="M6 40V20L24 7l18 13v20" />
      <path d="M15 40V27a9 9 0 0 1 18 0v13" />
      <path d="M4 40h40" />
    </svg>
  );
}
